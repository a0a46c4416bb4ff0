import type { Lane } from '#flow/spool/lane.ts'
import type { LaneFlowStore, LaneSums } from '#flow/spool/lane-flow.ts'
import type { Alarms } from '#ground/platform/alarms.ts'

export interface WatchDrainParts {
  readonly flow: Pick<LaneFlowStore, 'sums'>
  /** What the name of a lane says. */
  readonly parseLane: (name: string) => Lane
  readonly alarms: Alarms
  /** How far back is counted, in milliseconds. */
  readonly windowMs: () => number
  readonly now: () => number
}

type Direction = 'inbound' | 'outbound'

/** Deliveries that have come within the time looked at from which it says something, and that have not left. */
const enough = { came: 60, left: 30 }
const drainShare = 0.9
/**
 * For this part of the time that is counted it has to be so at every look: what comes all at once has not left a moment
 * later, and connections to a next hop that was not needed for a while take some seconds to come about.
 */
const lastingShare = 1 / 4

/**
 * Raises an alarm for a direction in which more mail comes than leaves, while what waits is still young (D31). It is
 * over when as much leaves as comes. What it answers is one look, to be taken every few seconds.
 */
export function createDrainWatch(parts: WatchDrainParts): () => Promise<void> {
  /** Since when each direction is behind. */
  const since = new Map<Direction, number>()
  return () => watchDrain(parts, since)
}

async function watchDrain(parts: WatchDrainParts, since: Map<Direction, number>): Promise<void> {
  const { flow, parseLane, alarms, windowMs, now } = parts
  const sums = await flow.sums(now() - windowMs())
  for (const direction of ['inbound', 'outbound'] as const) {
    const mine = sums.filter(
      ({ lane }) => (parseLane(lane).direction === 'inbound') === (direction === 'inbound'),
    )
    const came = mine.reduce((sum, each) => sum + each.came, 0)
    const gone = mine.reduce((sum, each) => sum + each.gone, 0)
    const isBehind = came >= enough.came && came - gone >= enough.left && gone < came * drainShare
    if (!isBehind) since.delete(direction)
    else if (!since.has(direction)) since.set(direction, now())
    if (now() - (since.get(direction) ?? Infinity) >= windowMs() * lastingShare)
      alarms.raise(
        'drain-behind',
        direction,
        `of ${came} ${direction} deliveries that came within ${Math.round(windowMs() / 1000)} s ${gone} have left; ${whoIsBehind(mine, parseLane)}`,
      )
    else if (gone >= came) alarms.clear('drain-behind', direction)
  }
}

/** Where most of it stays, and whose it is. */
function whoIsBehind(sums: readonly LaneSums[], parseLane: WatchDrainParts['parseLane']): string {
  const behind = (part: 'domain' | 'tenant') => {
    const counts = new Map<string, number>()
    for (const { lane, came, gone } of sums) {
      const name = parseLane(lane)[part]
      counts.set(name, (counts.get(name) ?? 0) + came - gone)
    }
    const [first] = [...counts].sort((one, other) => other[1] - one[1])
    return first ? `${first[0]} (${first[1]})` : ''
  }
  return `most of what stays is for ${behind('domain')}, of the tenant ${behind('tenant')}`
}
