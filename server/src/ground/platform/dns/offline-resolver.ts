import type { Resolver } from './resolver.ts'
import { readZone } from './zone.ts'
import { createZoneResolver } from './zone-resolver.ts'

/**
 * Answers from a zone in JSON alone; null or undefined: nothing can be looked up, which is not the same as that
 * nothing exists. @throws ZoneError
 */
export function createOfflineResolver(zone: unknown): Resolver {
  if (zone !== null && zone !== undefined) return createZoneResolver(readZone(zone))
  return {
    lookup: () => Promise.resolve({ status: 'timeout', reason: 'no zone was given (--dns FILE, dns)' }),
  }
}
