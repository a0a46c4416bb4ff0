import type { RefusedStore } from './refused-store.ts'

export interface FeedRefusedParts {
  readonly statistics: Pick<RefusedStore, 'addRefused'>
  /** The same, read by a thread that holds up nobody who writes. */
  readonly readStatistics: Pick<RefusedStore, 'gatherRefused'>
}

/** Refusals, and recipients of them, of one piece: adding it keeps the writer for some milliseconds. */
const piece = 500
/** Pieces of one round: after an update that brings all that was refused before, the rest is done by the next ones. */
const mostPieces = 20

/** Makes refusals that name several recipients findable by each of them. Answers how many pieces that were. */
export async function feedRefused({ statistics, readStatistics }: FeedRefusedParts): Promise<number> {
  for (let done = 0; done < mostPieces; done++) {
    const gathered = await readStatistics.gatherRefused(piece)
    // Another process may have added the same piece: then its position is the one to go on from. What was not added for
    // another reason is read anew, from the same place.
    if (gathered.to > gathered.from) await statistics.addRefused(gathered)
    if (!gathered.more) return done + 1
  }
  return mostPieces
}
