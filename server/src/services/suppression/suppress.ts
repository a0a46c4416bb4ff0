import { parseMailbox } from '#ground/mail/address.ts'
import { namedId } from '#ground/platform/named-id.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { reachesAll, type SuppressionOrder, toldOf } from './suppression-order.ts'
import { inSuppressions, type Suppression } from './suppression-store.ts'

export interface NewSuppression {
  readonly tenant: string
  readonly address: string
  /** How long, in milliseconds. */
  readonly lastsMs: number
  readonly note?: string
}

const dayMs = 86_400_000
const longestMs = 3650 * dayMs
const longestNote = 200

/** Nobody of a tenant writes to an address for a while, because a person wants it so. @throws OrderError */
export async function suppress(order: SuppressionOrder, given: NewSuppression): Promise<Suppression> {
  const { tenant, lastsMs, note = '' } = given
  const tenants = await order.directory.tenants()
  if (!tenants.some(({ id }) => id === tenant) || !(await reachesAll(order, tenant)))
    throw new OrderError('not-found', `there is no tenant ${tenant}`)
  const address = given.address.trim().toLowerCase()
  if (parseMailbox(address, { smtputf8: true }) === null)
    throw new OrderError('wrong', `${given.address} is no mail address`)
  if (!(lastsMs >= 60_000 && lastsMs <= longestMs))
    throw new OrderError('wrong', 'it lasts from a minute to ten years')
  const id = namedId(tenant, address)
  const before = await order.suppressions.find(id)
  const suppression: Suppression = {
    ...{ id, tenant, address, cause: 'hand', class: '', words: '', messageId: '', times: 0 },
    ...{ addedAt: order.at, until: order.at + lastsMs, addedBy: order.who },
    note: note.trim().slice(0, longestNote),
  }
  const isPut = await changeRecorded(order, inSuppressions.put(suppression), {
    ...{ what: 'suppression-added', tenant },
    detail: { before: before && toldOf(before), after: toldOf(suppression) },
  })
  if (!isPut) throw new OrderError('wrong', `${tenant} has as many entries as it may; remove some first`)
  return suppression
}
