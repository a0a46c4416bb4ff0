import type { Pool, SendingAddress, WarmUpPlan } from '#flow/delivery/sending/sending-address.ts'
import type { KeptAddress, SendingStore } from '#flow/delivery/sending/sending-store.ts'
import type { Tries } from '#flow/delivery/sending/warm-up.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import type { DirectoryOrder } from '#services/directory/directory-order.ts'
import { callTo } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'

/** What verbs about addresses that mail leaves by need. */
export interface SendingParts {
  readonly sending: SendingStore
  /** Addresses that the settings name; they count where the store has none of a pool. */
  readonly settings: Readonly<Record<Pool, readonly SendingAddress[]>>
  /** Whether an address is on this machine; null: it is, else why not. */
  readonly whyNotOwn: (ip: string) => Promise<string | null>
  /** Messages that a plan allows a receiver on a day after those days; Infinity: it is warm there. */
  readonly allowedOf: (plan: WarmUpPlan, before: readonly Tries[], now: number) => number
}

/** An order about addresses that mail leaves by. */
export interface SendingOrder extends DirectoryOrder, SendingParts {
  readonly resolver: Resolver
}

/** @throws OrderError not-found */
export async function keptAddress({ sending }: SendingOrder, ip: string): Promise<KeptAddress> {
  const found = (await sending.addresses()).find((each) => each.ip === ip)
  if (!found)
    throw new OrderError('not-found', `there is no sending address ${ip}; ./mailkeep sending list names them`)
  return found
}

/** What the audit log says of an address. */
export function describeAddress({ ip, pool, helo, state, warmUp }: SendingAddress): object {
  return { ip, pool, helo, state, warmUp }
}

/** Calls to its store, for changes that are noted with them. */
export const inSending = callTo<SendingStore>('sending')
