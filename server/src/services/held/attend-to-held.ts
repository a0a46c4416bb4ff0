import { newSecret } from '#services/access/secret.ts'
import { keptByValue } from '#services/retention/kept-for.ts'
import { followHeld } from './follow-held.ts'
import type { HeldParts, NoticedMessage } from './held-parts.ts'
import { heldWayOf } from './held-settings.ts'
import type { HeldDue } from './held-store.ts'

/** Messages that one notice tells of. */
const mostInNotice = 20
/** Notices that one sender gets in an hour at once; further ones come at most this often. */
const freeNotices = 10
const hourMs = 3_600_000
const restMs = 15 * 60_000
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
    for (const due of await readHeld.due(kind, before, now() - hourMs, mostInNotice))
      await tell(parts, kind, due).catch((cause: unknown) => failures.push(cause))
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

async function tell(
  { settingsOf, send, now, times }: HeldParts,
  kind: 'told' | 'warned' | 'corrected',
  { sender, tenant, messages, notices, lastAt }: HeldDue,
): Promise<void> {
  const [first] = messages
  if (!first) return
  if (kind === 'corrected')
    return send({ kind, to: sender, tenant, messages: messages.map((line) => ({ line, secret: null })) })
  // Hundreds of notices are read by nobody: the next one tells of all that has come meanwhile.
  if (notices >= freeNotices && lastAt !== null && now() - lastAt < restMs) return
  const ways = messages.map((line) => heldWayOf(settingsOf(sender), line))
  const noticed = messages.map((line): NoticedMessage => ({ line, secret: newSecret() }))
  await send({
    kind,
    to: sender,
    tenant,
    messages: noticed,
    // Where a level has a shorter time than the warning comes after, this is all that he hears before.
    returnsAt: first.heldAt + keptByValue(times().keepMs, settingsOf(sender)['held.days']).ms,
    mayDecide: ways.some((way) => way !== 'manager'),
  })
}
