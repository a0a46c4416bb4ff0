import { isIP } from 'node:net'
import type { Pool } from '#flow/delivery/sending/sending-address.ts'
import type { KeptAddress } from '#flow/delivery/sending/sending-store.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { checkNames } from './check-names.ts'
import { describeAddress, inSending, type SendingOrder } from './sending-order.ts'
import { planWarmUp, type WantedWarmUp } from './warm-up-plan.ts'

export interface NewAddress {
  readonly ip: string
  readonly pool: Pool
  readonly helo: string
  /** Null: it may send as much as there is from the first day. */
  readonly warmUp: WantedWarmUp | null
}

/** Of both pools together. The store answers all that it has; here stands how many that can be. */
const mostAddresses = 256
const helloName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/

/**
 * Lets mail of a pool leave by an address from now on. With the first change of a pool the addresses that the settings
 * name are taken over, so that nothing else changes; from then on the settings do not count for it.
 * @returns the address, and what receivers may dislike about it
 * @throws OrderError wrong, conflict
 */
export async function addAddress(
  order: SendingOrder,
  wanted: NewAddress,
): Promise<{ address: KeptAddress; warnings: string[] }> {
  const helo = readHelo(wanted.helo)
  const warmUp = wanted.warmUp && planWarmUp(wanted.warmUp, order.at)
  await assertMayAdd(order, wanted)
  const taken = await takeOverSettings(order, wanted.pool)
  const { sending, at, who } = order
  // It may be one of the settings, which has just been taken over.
  const before = (await sending.addresses()).find((each) => each.ip === wanted.ip)
  const address: KeptAddress = {
    ...{ ip: wanted.ip, pool: wanted.pool, helo, state: 'active' },
    warmUp,
    ...{ addedAt: before?.addedAt ?? at, addedBy: before?.addedBy ?? who },
  }
  await changeRecorded(order, inSending.putAddress(address), {
    ...{ what: 'sending-address-added', tenant: null, detail: { after: describeAddress(address) } },
  })
  const warnings = await checkNames(address.ip, helo, order.resolver)
  const others = (await sending.addresses()).filter((each) => each.pool === wanted.pool)
  if (others.length === 1)
    warnings.push(
      `it is the only address of its pool: all ${wanted.pool} mail leaves by it${address.warmUp ? ', beyond its plan too' : ''}`,
    )
  if (taken > 0)
    warnings.push(`${taken} addresses of the settings were taken over; they do not count any more`)
  return { address, warnings }
}

/** @throws OrderError wrong */
export function readHelo(text: string): string {
  const helo = text.trim().toLowerCase()
  if (!helloName.test(helo)) throw new OrderError('wrong', `${text.slice(0, 100)} is no host name`)
  return helo
}

async function assertMayAdd(
  { sending, settings, whyNotOwn }: SendingOrder,
  { ip, pool }: Pick<NewAddress, 'ip' | 'pool'>,
): Promise<void> {
  if (isIP(ip) === 0 || ['0.0.0.0', '::'].includes(ip))
    throw new OrderError('wrong', `${ip.slice(0, 100)} is no IP address`)
  const kept = await sending.addresses()
  if (kept.some((each) => each.ip === ip))
    throw new OrderError('conflict', `${ip} is there already; an address serves one pool`)
  const other = pool === 'inbound' ? 'outbound' : 'inbound'
  if (settings[other].some((each) => each.ip === ip))
    throw new OrderError('conflict', `the settings use ${ip} for ${other} mail; an address serves one pool`)
  if (kept.length >= mostAddresses)
    throw new OrderError('conflict', `${mostAddresses} addresses are the most`)
  const why = await whyNotOwn(ip)
  if (why !== null) throw new OrderError('wrong', `${ip} is not on this machine (${why})`)
}

/** Takes the addresses of the settings into the store where it has none of a pool; answers how many. */
async function takeOverSettings(order: SendingOrder, pool: Pool): Promise<number> {
  const { sending, settings, at, who } = order
  const kept = await sending.addresses()
  if (kept.some((each) => each.pool === pool)) return 0
  const free = settings[pool].filter(({ ip }) => !kept.some((each) => each.ip === ip))
  for (const each of free) {
    const address = { ...each, addedAt: at, addedBy: who }
    await changeRecorded(order, inSending.putAddress(address), {
      ...{ what: 'sending-address-taken-over', tenant: null, detail: { after: describeAddress(address) } },
    })
  }
  return free.length
}
