import type { HeldParts } from './held-parts.ts'

/** Events of the ledger that are looked through at once, and how often in a round: mail has its turn between. */
const eventsAtOnce = 4000
const looksARound = 8

/** Reads on in the ledger, and notes what was held or let go since: only from then on is it known as held mail. */
export async function followHeld({ held, readHeld }: Pick<HeldParts, 'held' | 'readHeld'>): Promise<void> {
  for (let look = 0; look < looksARound; look++) {
    const { from, upTo, news } = await readHeld.news(eventsAtOnce)
    if (upTo === from) return
    await held.noteNews(from, upTo, news)
  }
}
