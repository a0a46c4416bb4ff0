import type { Lane } from '#flow/spool/lane.ts'
import type { LaneFlowStore, LaneSums } from '#flow/spool/lane-flow.ts'
import type { Alarms } from '#ground/platform/alarms.ts'

export interface WatchDrainParts {
  readonly flow: Pick<LaneFlowStore, 'sums'>
  /** What the name of a lane says. */
  readonly parseLane: (name: string) => Lane
  readonly alarms: Alarms
  /** How long more must come than leaves, in milliseconds. */
  readonly windowMs: () => number
  readonly now: () => number
}

/** Deliveries that have come within the time looked at from which it says something, and that have not left. */
const enough = { came: 60, left: 30 }
const drainShare = 0.9

/**
 * Raises an alarm for a direction in which more mail comes than leaves, while what waits is still young (D31). It is
 * over when as much leaves as comes.
 */
export async function watchDrain(parts: WatchDrainParts): Promise<void> {
  const { flow, parseLane, alarms, windowMs, now } = parts
  const sums = await flow.sums(now() - windowMs())
  for (const direction of ['inbound', 'outbound'] as const) {
    const mine = sums.filter(
      ({ lane }) => (parseLane(lane).direction === 'inbound') === (direction === 'inbound'),
    )
    const came = mine.reduce((sum, each) => sum + each.came, 0)
    const gone = mine.reduce((sum, each) => sum + each.gone, 0)
    if (came >= enough.came && came - gone >= enough.left && gone < came * drainShare)
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
