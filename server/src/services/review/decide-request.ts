import { changeRecorded } from '#services/directory/recorded-change.ts'
import { findPeople, isWithin } from '#services/ledger/is-within.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { releaseMessage } from '#services/quarantine/act-on-quarantine.ts'
import type { ReviewOrder } from './review-parts.ts'
import { inReview, type RequestLine } from './review-store.ts'

/** A manager's answer to a request for release. */
export interface RequestOrder extends ReviewOrder {
  readonly id: string
  /** What the asker shall read; may be empty. */
  readonly note: string
  /** Only mail in reach; undefined: all. */
  readonly within?: Reach
  readonly mayVirus: boolean
}

/** Lets the message go to who asked for it, who then hears of it. @throws OrderError */
export async function approveRequest(order: RequestOrder): Promise<'approved' | 'gone'> {
  const request = await openRequest(order)
  const { ledger, directory, now, who, ip, mayVirus, lifeMs } = order
  const isThere = request.mailState === 'quarantined'
  if (isThere) {
    await releaseMessage(
      {
        ledger,
        directory,
        messageId: request.messageId,
        recipients: [request.rcptTo],
        within: { tenants: [request.tenant], domains: null },
        mayVirus,
        at: now(),
        who,
        ip,
      },
      lifeMs(),
    )
  }
  // Whoever was cut off between the two finds the message gone on, and the answer still owed.
  const isOut = isThere || request.mailState === 'waiting' || request.mailState === 'delivered'
  const state = isOut ? 'approved' : 'gone'
  await settle(order, request, state)
  return state
}

/** Says no; the message stays where it is, and the asker hears why. @throws OrderError */
export async function denyRequest(order: RequestOrder): Promise<void> {
  await settle(order, await openRequest(order), 'denied')
}

async function openRequest({ readReview, ledger, id, within }: RequestOrder): Promise<RequestLine> {
  const request = await readReview.request(id)
  const isOfPeople = await findPeople(ledger, within, request ? [request.rcptTo] : [])
  if (!request || !isWithin(within, request.tenant, request.rcptTo, isOfPeople))
    throw new OrderError('not-found', `there is no request ${id}`)
  if (request.state !== 'open')
    throw new OrderError('conflict', `the request ${id} is decided: ${request.state}`)
  return request
}

async function settle(
  { directory, note, now, who, ip }: RequestOrder,
  { id, messageId, rcptTo, tenant }: RequestLine,
  state: 'approved' | 'denied' | 'gone',
): Promise<void> {
  const at = now()
  const decision = inReview.decide(id, { state, at, who, note })
  const detail = { request: id, messageId, recipients: [rcptTo], before: 'open', after: state }
  const line = { what: `release-${state}`, tenant, detail }
  if (!(await changeRecorded({ directory, at, who, ip }, decision, line)))
    throw new OrderError('conflict', `somebody else has just decided the request ${id}`)
}
