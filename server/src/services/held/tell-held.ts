import { newSecret } from '#services/access/secret.ts'
import { heldUntil } from './held-for.ts'
import type { HeldParts, NoticedMessage } from './held-parts.ts'
import { heldWayOf } from './held-settings.ts'
import type { HeldDue } from './held-store.ts'

/** Messages that one notice tells of. */
export const mostInNotice = 20
/** Notices of so long are counted: that many come at once, further ones at most this often. */
export const noticesOfMs = 3_600_000
const freeNotices = 10
const restMs = 15 * 60_000

/** Sends a notice about held mail, and settles what it tells; says nothing while its sender gets too many. */
export async function tellHeld(
  parts: HeldParts,
  kind: 'told' | 'warned' | 'corrected',
  { sender, tenant, messages, notices, lastAt }: HeldDue,
): Promise<void> {
  const { settingsOf, send, now } = parts
  const [first] = messages
  if (!first) return
  if (kind === 'corrected')
    return send({ kind, to: sender, tenant, messages: messages.map((line) => ({ line, secret: null })) })
  // Hundreds of notices are read by nobody: the next one tells of all that has come meanwhile.
  if (notices >= freeNotices && lastAt !== null && now() - lastAt < restMs) return
  const ways = messages.map((line) => heldWayOf(settingsOf(sender, tenant), line))
  const noticed = messages.map((line): NoticedMessage => ({ line, secret: newSecret() }))
  await send({
    kind,
    to: sender,
    tenant,
    messages: noticed,
    returnsAt: heldUntil(parts, { sender, tenant }, first.heldAt),
    mayDecide: ways.some((way) => way !== 'manager'),
  })
}
