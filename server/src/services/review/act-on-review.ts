import { newId } from '#ground/platform/ids.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { addSender } from '#services/policy/list-senders.ts'
import { readScope } from '#services/policy/scope.ts'
import { deleteMessage, releaseMessage } from '#services/quarantine/act-on-quarantine.ts'
import { senderOf } from '#services/quarantine/sender-of.ts'
import type { ReviewOrder } from './review-parts.ts'
import { type ReleaseWay, type ReviewSettings, readReviewSettings, releaseWayOf } from './review-settings.ts'
import { inReview, type ReviewLine, type ReviewSession } from './review-store.ts'

/** What somebody may do with a message of his own. */
export interface ReviewRights {
  readonly release: ReleaseWay
  readonly mayRelease: boolean
  readonly mayList: boolean
}

/** One person's order about one of his messages. */
export interface PersonOrder extends ReviewOrder {
  readonly session: ReviewSession
  readonly messageId: string
  readonly n: number
}

/** `idle`: somebody was faster, or it was done before. */
export type ReviewDone = 'delivered' | 'asked' | 'deleted' | 'idle'

/** A message of his. @throws OrderError not-found where there is none that he may see */
export async function readMine(order: PersonOrder): Promise<ReviewLine> {
  const { session, messageId, n } = order
  const { visibility } = settingsOf(order)
  const line = await order.readReview.line({ ...session, visibility }, messageId, n)
  if (!line) throw new OrderError('not-found', 'there is no such message for you')
  return line
}

export function rightsOver(
  order: ReviewOrder & { readonly session: ReviewSession },
  line: ReviewLine,
): ReviewRights {
  const inForce = order.settingsOf(order.session.address)
  const { mayRelease, mayList } = readReviewSettings(inForce)
  return { release: releaseWayOf(inForce, line), mayRelease, mayList }
}

/**
 * Lets a message of his own go on to a person; where policy wants it, asks a manager first. @throws OrderError
 */
export async function deliverMine(order: PersonOrder): Promise<ReviewDone> {
  const line = await readMine(order)
  const { release, mayRelease } = rightsOver(order, line)
  if (line.state !== 'quarantined') return 'idle'
  if (!mayRelease || release === 'manager')
    throw new OrderError('forbidden', 'this message can be let go by a manager only')
  if (release === 'request') return askForRelease(order, line)
  const released = await releaseMessage(orderFor(order, line), order.lifeMs())
  return released > 0 ? 'delivered' : 'idle'
}

/** Deletes a message of his own for good; other recipients keep theirs. @throws OrderError */
export async function deleteMine(order: PersonOrder): Promise<ReviewDone> {
  const line = await readMine(order)
  if (line.state !== 'quarantined') return 'idle'
  return (await deleteMessage(orderFor(order, line))) > 0 ? 'deleted' : 'idle'
}

/** Puts the sender of a message on a list of the person's own. @throws OrderError with why not */
export async function listSender(order: PersonOrder, kind: 'allow' | 'block'): Promise<string> {
  const line = await readMine(order)
  if (!rightsOver(order, line).mayList)
    throw new OrderError('forbidden', 'lists of senders are kept by your managers')
  const { directory, policy, now, session, who } = order
  const scope = await readScope(`user:${session.address}`, directory)
  const entry = senderOf(line)
  if (entry === '') throw new OrderError('wrong', 'this message names no sender that could be listed')
  const own = (await policy.senders(scope.name)).some((each) => each.kind === kind && each.entry === entry)
  if (!own) await addSender({ policy, directory, at: now(), who }, scope, kind, entry)
  return entry
}

/** Says that a message of his was set aside by mistake; managers look, and the person hears what becomes of it. @throws OrderError */
export async function reportMine(order: PersonOrder): Promise<void> {
  const line = await readMine(order)
  const { directory, session, now, who, ip } = order
  const { headerMessageId, messageId, tenant, rcptTo } = line
  if (headerMessageId === '')
    throw new OrderError('wrong', 'this message has no id of its own that a report could name')
  const at = now()
  // A report that is proven may release by itself, which is for those who may do that.
  const { release, mayRelease } = rightsOver(order, line)
  const isProven = mayRelease && release === 'self'
  const kind = 'false-alarm' as const
  const claims = [[headerMessageId]]
  const report = { tenant, reporter: session.address, kind, isProven, isAnswered: true, claims }
  await changeRecorded({ directory, at, who, ip }, inReview.report(report, newId(at), at), {
    ...{ what: 'review-reported', tenant, detail: { messageId, recipients: [rcptTo] } },
  })
}

async function askForRelease(order: PersonOrder, line: ReviewLine): Promise<ReviewDone> {
  const { directory, session, now, who, ip } = order
  const at = now()
  const { messageId, n, tenant, rcptTo } = line
  const person = session.address
  const request = inReview.addRequest({ id: newId(at), messageId, n, tenant, rcptTo, person, askedAt: at })
  const isNew = await changeRecorded({ directory, at, who, ip }, request, {
    ...{ what: 'release-asked', tenant, detail: { messageId, recipients: [rcptTo] } },
  })
  return isNew ? 'asked' : 'idle'
}

function orderFor({ ledger, directory, now, who, ip }: PersonOrder, line: ReviewLine) {
  return {
    ledger,
    directory,
    messageId: line.messageId,
    recipients: [line.rcptTo],
    within: { tenants: [line.tenant], domains: null },
    mayVirus: false,
    at: now(),
    who,
    ip,
  }
}

function settingsOf({ settingsOf, session }: PersonOrder): ReviewSettings {
  return readReviewSettings(settingsOf(session.address))
}
