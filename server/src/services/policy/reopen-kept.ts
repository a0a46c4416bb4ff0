import type { CandidateStore } from './candidate-store.ts'

/** Whoever has mail judged anew that a canary has set aside, and remembers when it has looked last. */
export interface KeptRounds {
  readonly candidates: CandidateStore
  /** The same, where reading holds up nothing that writes. */
  readonly readCandidates: CandidateStore
  /** When this process has looked for mail of a trial, by its id. */
  readonly lookedAt: Map<string, number>
  readonly now: () => number
}

/** Messages that are judged anew in one round, so that a round stays short. */
const atATime = 500
/** By then those who judge mail have it without the change, and what they had in hand is decided. */
const [publishedMs, settledMs] = [5000, 600_000]
const roundMs = 60_000
/** How long after its end mail of a trial is looked for by a process that has not yet. */
const longestMs = 86_400_000

/**
 * What a bad change did is judged again (P8): mail that a canary has kept from its recipients is decided once more, by what
 * is in force without it. After a while once more, for mail that was in hand when it was taken back; and once by a process
 * that has just begun, since the one before may have ended in between.
 */
export async function reopenKept({ candidates, readCandidates, lookedAt, now }: KeptRounds): Promise<void> {
  const ended = await readCandidates.takenBackSince(now() - longestMs)
  const ids = new Set(ended.map(({ id }) => id))
  for (const id of lookedAt.keys()) if (!ids.has(id)) lookedAt.delete(id)
  for (const { id, since, addedAt } of ended) {
    const last = lookedAt.get(id)
    const isDue =
      last === undefined ? now() - since >= publishedMs : last - since < settledMs && now() - last >= roundMs
    if (!isDue) continue
    const found = await readCandidates.keptBy(id, addedAt, atATime)
    if (found.length > 0) await candidates.reopen(id, found, now())
    // A whole round: there is more, and the next step of the clock goes on.
    if (found.length < atATime) lookedAt.set(id, now())
  }
}
