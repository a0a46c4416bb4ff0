import type { StatisticsStore } from './statistics-store.ts'

export interface FeedParts {
  readonly statistics: StatisticsStore
  /** The same, read by a thread that holds up nobody who writes. */
  readonly readStatistics: StatisticsStore
  readonly now: () => number
}

/** Events read in one piece; what is added by one call keeps the writer for a few milliseconds. */
const piece = 1000
/** Pieces of one round: after a standstill the rest is done by the next ones. */
const mostPieces = 20
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const keepsHours = 9 * dayMs
const keepsDays = 400 * dayMs
const keepsTops = 92 * dayMs
/** Entries a domain keeps: more than any threshold asks for. */
export const entriesKept = 100

/** Sums up what has come into the ledger since the last round. Answers how many pieces that were. */
export async function feedStatistics({ statistics, readStatistics, now }: FeedParts): Promise<number> {
  for (let done = 0; done < mostPieces; done++) {
    const gathered = await readStatistics.gather(await statistics.position(), now(), piece)
    // Another process may have added the same piece: then its position is the one to go on from.
    await statistics.add(gathered, entriesKept)
    if (!gathered.more) return done + 1
  }
  return mostPieces
}

/** Lets go of what is older than reports reach back. */
export async function forgetStatistics({ statistics, now }: FeedParts): Promise<void> {
  const before = { hours: now() - keepsHours, days: now() - keepsDays, tops: now() - keepsTops }
  for (let round = 0; round < 20; round++) if ((await statistics.forget(before, 500)) < 500) return
}
