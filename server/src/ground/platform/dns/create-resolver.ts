import { systemClock } from '../clock.ts'
import { createCachedResolver } from './cached-resolver.ts'
import { createDnsClient } from './dns-client.ts'
import { readDnsServers } from './dns-server-address.ts'
import type { Resolver } from './resolver.ts'
import type { DnsServerState } from './server-health.ts'

/** The settings dns.*, as plain data that can be handed to a thread. */
export interface ResolverSettings {
  /** `address:port`; empty: the servers of the system. */
  readonly servers: readonly string[]
  readonly timeoutMs: number
  readonly cacheEntries: number
  readonly staleForMs: number
  /** These servers validate with DNSSEC, over a way on which nobody can change what they say. */
  readonly validates?: boolean
}

/** The resolver of one thread, with what alarms and the default of inspection.temperror want to know. */
export interface LiveResolver extends Resolver {
  /** Whether any server has ever answered anything, "no such name" included. */
  hasEverAnswered(): boolean
  /** Questions and failures by server, for metrics. */
  servers(): DnsServerState[]
  close(): void
}

/**
 * A resolver with its cache and client.
 * @throws Error where a server is no address and port
 */
export function createResolver(settings: ResolverSettings): LiveResolver {
  const client = createDnsClient({
    servers: readDnsServers(settings.servers),
    timeoutMs: settings.timeoutMs,
    validates: settings.validates ?? false,
  })
  const cache = createCachedResolver(client, systemClock, {
    maxEntries: settings.cacheEntries,
    staleForMs: settings.staleForMs,
    answerSpecialNames: settings.servers.length === 0,
  })
  return {
    lookup: (name, type) => cache.lookup(name, type),
    hasEverAnswered: () => client.hasEverAnswered(),
    servers: () => client.servers(),
    close: () => client.close(),
  }
}
