import type { DirectoryOrder } from '#services/directory/directory-order.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { AlarmStore } from './alarm-store.ts'
import { inNotices, type Notice, type NoticeStore } from './notice-store.ts'
import { isInReach } from './subscribe.ts'

export interface AcknowledgeOrder extends DirectoryOrder {
  readonly alarms: Pick<AlarmStore, 'subscriptions'>
  readonly notices: NoticeStore
}

/** An alarm, or a notice by its id. */
export type Acknowledged = { readonly name: string; readonly subject: string } | { readonly notice: string }

/**
 * Says that somebody looks after an alarm: further steps of those who are told of it are not taken. Only of
 * subscriptions in reach.
 * @returns how many notices nobody had acknowledged before
 * @throws OrderError
 */
export async function acknowledge(order: AcknowledgeOrder, what: Acknowledged): Promise<number> {
  const { notices, alarms, reach, at, who } = order
  const inReach = (await alarms.subscriptions()).filter((each) => isInReach(each, reach))
  const byId = new Map(inReach.map((each) => [each.id, each]))
  const found = (await notices.notices(at)).filter(
    (each) => byId.has(each.subscription) && each.endedAt === null && isMeant(each, what),
  )
  if (found.length === 0)
    throw new OrderError(
      'not-found',
      'nobody is told of this at the moment, so there is nothing to acknowledge',
    )
  const ids = found.map((each) => each.id)
  const tenants = new Set(found.map((each) => byId.get(each.subscription)?.tenant ?? null))
  const lines = [...tenants].map((tenant) => ({
    ...{ what: 'alarm-acknowledged', tenant, detail: { ...what, notices: ids } },
  }))
  const change = inNotices.acknowledge(ids, who, at)
  return (await changeRecorded(order, change, ...lines)) ?? 0
}

function isMeant({ id, lines }: Notice, what: Acknowledged): boolean {
  if ('notice' in what) return id === what.notice
  return lines.some(
    (each) => each.state === 'open' && each.name === what.name && each.subject === what.subject,
  )
}
