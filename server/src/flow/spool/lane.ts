import { drillDomain, probeTenant } from '#ground/platform/probe-tenant.ts'
import type { Direction } from './message.ts'

/**
 * A lane is a queue of its own: mail of one tenant, in one direction, to one domain, or to a next hop
 * chosen by hand. Lanes keep one receiver's trouble from the mail of all others; which next hop a lane
 * leads to is looked up when mail leaves, so that a mended route applies to what already waits.
 */
export interface Lane {
  readonly direction: Direction
  readonly tenant: string
  readonly domain: string
  /** Next hop chosen by hand (`queue reroute`), or null: by directory or MX. */
  readonly via: string | null
}

/** The lane as one text: the form in which it is stored. Parts never hold a bar or a space. */
export function laneName(lane: Lane): string {
  const name = `${lane.direction}|${lane.tenant}|${lane.domain}`
  return lane.via === null ? name : `${name}|${lane.via}`
}

export function parseLane(name: string): Lane {
  const [direction = 'own', tenant = '', domain = '', ...via] = name.split('|')
  return { direction: direction as Direction, tenant, domain, via: via.length === 0 ? null : via.join('|') }
}

/** Whether it carries messages of our own, which are nobody's mail. */
export function isProbeLane(name: string): boolean {
  return name.split('|', 2)[1] === probeTenant
}

/** Whether it carries mail of a drill, which has a delivery of its own. */
export function isDrillLane(name: string): boolean {
  const [, tenant, domain] = name.split('|', 3)
  return tenant === probeTenant && domain === drillDomain
}
