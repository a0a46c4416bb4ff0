import type { AddressDay, DayCount } from '#flow/delivery/sending/sending-store.ts'
import type { Tries } from '#flow/delivery/sending/warm-up.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { type AddressView, listAddresses } from './list-addresses.ts'
import type { SendingOrder } from './sending-order.ts'

/** How far an address has grown at one receiver. */
export interface Growth {
  readonly receiver: string
  /** Messages that the plan allows it today; null: as many as there are. */
  readonly allowed: number | null
  /** Tries today (UTC). */
  readonly today: number
}

export interface AddressStory extends AddressView {
  /** The last thirty days on which it carried something, oldest first. */
  readonly days: readonly AddressDay[]
  /** While it grows: the receivers that it carries most to, by what they get today. */
  readonly growth: readonly Growth[]
}

const shownDays = 30
const longestPlanDays = 60
const mostReceivers = 50

/** One address: what it is, has carried day by day, and how far it has grown. @throws OrderError not-found */
export async function showAddress(order: SendingOrder, ip: string): Promise<AddressStory> {
  const view = (await listAddresses(order)).find((each) => each.ip === ip)
  if (!view) throw new OrderError('not-found', `there is no sending address ${ip.slice(0, 100)}`)
  const { sending, at } = order
  const days = await sending.days(ip, dayBefore(at, shownDays - 1))
  const { warmUp } = view
  if (warmUp === null) return { ...view, days, growth: [] }
  const since = dayBefore(Math.max(warmUp.since, at - longestPlanDays * 86_400_000), 0)
  const lines = await sending.busiest(ip, since, mostReceivers)
  return { ...view, days, growth: growthOf(order, warmUp, lines) }
}

function growthOf(
  { allowedOf, at }: SendingOrder,
  plan: NonNullable<AddressView['warmUp']>,
  lines: readonly DayCount[],
): Growth[] {
  const today = dayBefore(at, 0)
  const receivers = [...new Set(lines.map((each) => each.receiver))]
  return receivers
    .map((receiver) => {
      const own = lines.filter((each) => each.receiver === receiver)
      const before = own.filter((each) => each.day < today).map((each) => each.counts)
      const allowed = allowedOf(plan, before, at)
      const counts = own.find((each) => each.day === today)?.counts
      return { receiver, allowed: allowed === Infinity ? null : allowed, today: counts ? triesOf(counts) : 0 }
    })
    .sort((one, other) => (other.allowed ?? Infinity) - (one.allowed ?? Infinity) || other.today - one.today)
}

function triesOf({ taken, deferred, slow, listed, judged }: Tries): number {
  return taken + deferred + slow + listed + judged
}

function dayBefore(at: number, days: number): string {
  return new Date(at - days * 86_400_000).toISOString().slice(0, 10)
}
