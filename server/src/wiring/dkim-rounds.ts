import { ownDomain } from '#ground/platform/config/own-domain.ts'
import { createResolver } from '#ground/platform/dns/create-resolver.ts'
import { tendKeys } from '#services/dkim/rotate-keys.ts'
import type { Base } from './base.ts'

/** A round over the keys that sign mail; what changed is in force at its end. */
export function createDkimRounds(
  { config, stores, alarms }: Base,
  publish: () => Promise<unknown>,
): () => Promise<void> {
  const resolver = createResolver({
    servers: config['dns.servers'],
    timeoutMs: config['dns.timeout'],
    cacheEntries: config['dns.cacheEntries'],
    staleForMs: 0,
  })
  return async () => {
    const { directory, dkim } = stores
    const order = {
      ...{ directory, dkim, resolver, at: Date.now(), who: 'jobs' },
      ownDomain: ownDomain(config),
    }
    if (await tendKeys(order, alarms)) await publish()
  }
}
