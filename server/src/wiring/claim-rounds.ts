import type { Config } from '#ground/platform/config/settings.ts'
import { createResolver } from '#ground/platform/dns/create-resolver.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { newId } from '#ground/platform/ids.ts'
import { tendClaims } from '#services/domain-claims/tend-claims.ts'
import type { Base } from './base.ts'

/** A resolver that keeps nothing: it says what DNS says by now. */
export function createUncachedResolver(config: Config): Resolver {
  return createResolver({
    servers: config['dns.servers'],
    timeoutMs: config['dns.timeout'],
    cacheEntries: 0,
    staleForMs: 0,
  })
}

/** A round over domains that are not proved yet; what was proved is in force at its end. */
export function createClaimRounds(
  { config, stores }: Base,
  publish: () => Promise<unknown>,
): () => Promise<void> {
  const resolver = createUncachedResolver(config)
  return async () => {
    const { directory, claims } = stores
    const at = Date.now()
    const order = { directory, claims, resolver, at, newId: () => newId(at), who: 'jobs' }
    if ((await tendClaims(order)) > 0) await publish()
  }
}
