import type { LinkParts } from './link-parts.ts'

const perRound = 50
/** A message that is not there by then was refused, or never came to be. */
const giveUpMs = 3_600_000

/**
 * Tells messages where their links lead. What speaks against one that is still ours has it judged anew; where it has
 * left, that is an event of the ledger.
 */
export async function tellMessages({ store, clock, judge, count, stopping }: LinkParts): Promise<void> {
  const now = clock.now()
  for (const message of await store.answered(now, perRound)) {
    if (stopping.aborted) return
    const { messageId, links, askedAt } = message
    const told = await store.tell(
      { messageId, links, findings: await judge(message) },
      now,
      now - askedAt > giveUpMs,
    )
    if (told !== 'not-yet') count(told)
  }
}
