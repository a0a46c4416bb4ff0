import type { KeptAddress } from '#flow/delivery/sending/sending-store.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { readHelo } from './add-address.ts'
import { checkNames } from './check-names.ts'
import { describeAddress, inSending, keptAddress, type SendingOrder } from './sending-order.ts'
import { planWarmUp, type WantedWarmUp } from './warm-up-plan.ts'

export interface AddressChange {
  readonly state?: 'active' | 'resting' | undefined
  readonly helo?: string | undefined
  /** Begins a plan anew; null: it is warm. */
  readonly warmUp?: WantedWarmUp | null | undefined
}

/**
 * Sets an address to work or to rest, or changes its name or its plan. Mail under way goes on.
 * @throws OrderError not-found, wrong, conflict: it is the last one of its pool that works
 */
export async function changeAddress(
  order: SendingOrder,
  ip: string,
  change: AddressChange,
): Promise<{ address: KeptAddress; warnings: string[] }> {
  const before = await keptAddress(order, ip)
  if (change.state === 'resting') await assertNotLast(order, before)
  const address: KeptAddress = {
    ...before,
    ...(change.state && { state: change.state }),
    ...(change.helo !== undefined && { helo: readHelo(change.helo) }),
    ...(change.warmUp !== undefined && { warmUp: change.warmUp && planWarmUp(change.warmUp, order.at) }),
  }
  await changeRecorded(order, inSending.putAddress(address), {
    ...{ what: 'sending-address-changed', tenant: null },
    detail: { before: describeAddress(before), after: describeAddress(address) },
  })
  const warnings = change.helo === undefined ? [] : await checkNames(ip, address.helo, order.resolver)
  return { address, warnings }
}

/**
 * Takes an address away; with the last one of a pool the settings count again.
 * @throws OrderError not-found, conflict: others are there, and all of them rest
 */
export async function removeAddress(order: SendingOrder, ip: string): Promise<KeptAddress> {
  const before = await keptAddress(order, ip)
  const others = (await order.sending.addresses()).filter(
    (each) => each.pool === before.pool && each.ip !== ip,
  )
  if (others.length > 0) await assertNotLast(order, before)
  await changeRecorded(order, inSending.removeAddress(ip), {
    ...{ what: 'sending-address-removed', tenant: null, detail: { before: describeAddress(before) } },
  })
  return before
}

async function assertNotLast({ sending }: SendingOrder, { ip, pool }: KeptAddress): Promise<void> {
  const works = (await sending.addresses()).some(
    (each) => each.pool === pool && each.ip !== ip && each.state === 'active',
  )
  if (!works)
    throw new OrderError(
      'conflict',
      `${ip} is the last ${pool} address that works; set another to work first`,
    )
}
