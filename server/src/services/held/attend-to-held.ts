import { followHeld } from './follow-held.ts'
import type { HeldParts } from './held-parts.ts'
import { mostInNotice, noticesOfMs, tellHeld } from './tell-held.ts'

const atATime = 200
/** What was decided is known to links for this long. */
const goneKeptMs = 30 * 86_400_000

/**
 * What has to be done again and again for mail that is held before it leaves: news of the ledger noted, senders told at
 * once, warned and corrected, and mail given back whose time is over. Each notice settles what it tells in one
 * transaction, so a restart doubles nothing.
 */
export async function attendToHeld(parts: HeldParts): Promise<void> {
  const { held, readHeld, now, times } = parts
  await followHeld(parts)
  const failures: unknown[] = []
  const { keepMs, warnMs } = times()
  for (const kind of ['corrected', 'told', 'warned'] as const) {
    const before = kind === 'warned' ? now() - warnMs : now()
    for (const due of await readHeld.due(kind, before, now() - noticesOfMs, mostInNotice))
      await tellHeld(parts, kind, due).catch((cause: unknown) => failures.push(cause))
  }
  const { lifeMs } = times()
  for (const messageId of await readHeld.heldBefore(now() - keepMs, atATime))
    await held.act({
      action: 'expire',
      messageId,
      who: 'mailkeep',
      ip: '',
      at: now(),
      lifeMs,
      mayVirus: true,
    })
  await held.forget(now() - goneKeptMs, atATime)
  // One notice that cannot be sent holds up nobody else's, and is told of.
  if (failures.length > 0) throw failures[0]
}
