import type { AccessStore } from '#services/access/access-store.ts'
import { type Principal, reachOfMail } from '#services/access/principal.ts'
import type { LedgerStore, TracedMessage } from '#services/ledger/ledger-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { readWithin } from '#services/ledger/read-within.ts'
import type { ContentReader } from './content-reader.ts'
import type { ContentStore, StoredContent } from './content-store.ts'
import { ContentUnavailable } from './content-unavailable.ts'
import { judgeMarks, type Marks } from './judge-marks.ts'
import type { ShownContent } from './shown-content.ts'

export interface ContentParts {
  readonly ledger: Pick<LedgerStore, 'read' | 'addressesOf'>
  readonly content: ContentStore
  readonly reader: Pick<ContentReader, 'read'>
  readonly access: Pick<AccessStore, 'record'>
  readonly now: () => number
}

/** Mail that somebody may still decide about. */
const undecided = new Set(['quarantined', 'held', 'waiting', 'returned'])

export interface ContentLook {
  readonly marks: Marks
  /** Null: it cannot be read at the moment; `why` says so. */
  readonly shown: ShownContent | null
  readonly why: string
}

/**
 * Shows somebody a message, with a line in the audit log before he sees it.
 * @throws OrderError where it is not in his reach, or its content is no longer kept
 */
export async function lookAtContent(
  parts: ContentParts,
  principal: Principal,
  messageId: string,
): Promise<ContentLook> {
  const { message, stored } = await find(parts, principal, messageId)
  await record(parts, principal, message, 'content-viewed', {})
  const marks = judgeMarks(message)
  try {
    const answer = await parts.reader.read(stored, 'shown')
    return { marks, shown: 'shown' in answer ? answer.shown : null, why: '' }
  } catch (cause) {
    if (!(cause instanceof ContentUnavailable)) throw cause
    return { marks, shown: null, why: cause.message }
  }
}

/** Bytes that somebody takes away, and a name for them. */
export interface TakenContent {
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * Gives somebody the message as it came, or one part of it. What holds a virus needs the right to release one.
 * @param part its number, as `attachments` of what is shown has it; null: the whole message
 * @throws OrderError where it is not there for him; ContentUnavailable where it cannot be read now
 */
export async function takeContent(
  parts: ContentParts,
  principal: Principal,
  messageId: string,
  part: number | null,
): Promise<TakenContent> {
  const { message, stored } = await find(parts, principal, messageId)
  if (message.deliveries.some((each) => each.reason === 'virus') && !principal.rights.has('quarantine.virus'))
    throw new OrderError('forbidden', `${messageId} holds a virus, and your role may not take that out`)
  await record(parts, principal, message, 'content-downloaded', { part })
  if (part === null) {
    const answer = await parts.reader.read(stored, 'raw')
    return { name: `${messageId}.eml`, bytes: 'raw' in answer ? answer.raw : new Uint8Array() }
  }
  const answer = await parts.reader.read(stored, { part })
  const taken = 'part' in answer ? answer.part : null
  if (taken === null) throw new OrderError('not-found', `${messageId} has no part ${part}`)
  return { name: taken.name === '' ? `${messageId}-${part}.bin` : taken.name, bytes: taken.bytes }
}

async function find(
  { ledger, content }: ContentParts,
  principal: Principal,
  messageId: string,
): Promise<{ message: TracedMessage; stored: StoredContent }> {
  const message = await readWithin(ledger, messageId, reachOfMail(principal))
  if (message?.kind !== 'message') throw new OrderError('not-found', `there is no message ${messageId}`)
  const isOpen = message.deliveries.some((each) => undecided.has(each.state))
  const stored = isOpen ? await content.locate(messageId) : null
  if (stored === null) throw new OrderError('not-found', `the content of ${messageId} is no longer kept`)
  return { message, stored }
}

/** A line for each tenant whose mail it is: he can see who has looked. */
async function record(
  { access, now }: ContentParts,
  { who, ip }: Principal,
  { id, deliveries }: TracedMessage,
  what: string,
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  const at = now()
  for (const tenant of new Set(deliveries.map((each) => each.tenant)))
    await access.record({ at, what, who, ip, tenant, detail: { messageId: id, ...detail } })
}
