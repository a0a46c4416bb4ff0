import type { HopSums } from './hop-tries.ts'

/** What a process does worse than the others. */
export interface Worse {
  /** The hop where most of it shows. */
  readonly hop: string
  readonly tried: number
  readonly failed: number
  /** By how many points of a hundred its success is below that of the others. */
  readonly points: number
}

/** From so many failures on that others would not have had, and so many points, it is no chance. */
const leastFailures = 3
const leastPoints = 1
/** Tries that the others must have made at a hop to say something of it. */
const enoughTries = 3
/** Two processes do not see the same moment at the same time. */
const slackMs = 2000

/**
 * Whether next hops take less of what one process sends than of what the others send: only hops count that both have
 * tried, and where the others got through while it failed. A hop that is down for everybody says nothing of anybody.
 * @returns null: it does as well as they do, or nothing can be said
 */
export function worseThanPeers(
  mine: readonly HopSums[],
  peers: readonly (readonly HopSums[])[],
): Worse | null {
  let [tried, excess] = [0, 0]
  let worst: (Worse & { readonly more: number }) | null = null
  for (const sums of mine) {
    const share = shareOfPeers(sums, peers)
    if (share === null) continue
    const more = sums.failed - sums.tried * share
    tried += sums.tried
    excess += more
    if (worst === null || more > worst.more)
      worst = { hop: sums.hop, tried: sums.tried, failed: sums.failed, points: 0, more }
  }
  const points = tried === 0 ? 0 : (excess / tried) * 100
  if (worst === null || excess < leastFailures || points <= leastPoints) return null
  const { hop, failed } = worst
  return { hop, tried: worst.tried, failed, points: Math.round(points) }
}

/** The share of failures that others have at a hop; null: they cannot be compared with. */
function shareOfPeers(mine: HopSums, peers: readonly (readonly HopSums[])[]): number | null {
  const theirs = peers.flatMap((each) => each.filter(({ hop }) => hop === mine.hop))
  const tried = theirs.reduce((sum, each) => sum + each.tried, 0)
  const failed = theirs.reduce((sum, each) => sum + each.failed, 0)
  const { failedAgo } = mine
  const wentAgo = Math.min(...theirs.map((each) => each.wentAgo ?? Infinity))
  if (tried < enoughTries || wentAgo === Infinity) return null
  return failedAgo === null || wentAgo <= failedAgo + slackMs ? failed / tried : null
}
