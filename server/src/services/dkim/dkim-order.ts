import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { type DirectoryOrder, domainsOf } from '#services/directory/directory-order.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { DkimKey, DkimStore } from './dkim-store.ts'

/** An order about keys that sign mail. */
export interface DkimOrder extends DirectoryOrder {
  readonly dkim: DkimStore
  readonly resolver: Resolver
  /** The domain that this site itself writes mail from; its keys are the operator's. */
  readonly ownDomain?: string
}

/** A domain that has keys; `tenant` is null for that of the site itself, where no customer has it. */
export interface SignedDomain {
  readonly name: string
  readonly tenant: string | null
}

/** A domain in reach, or that of the site itself for who has all of it. @throws OrderError not-found */
export async function domainInReach(order: DkimOrder, name: string): Promise<SignedDomain> {
  const wanted = name.trim().toLowerCase()
  const found = (await domainsOf(order)).find((each) => each.name === wanted)
  if (found) return found
  if (!order.reach && wanted === order.ownDomain) return { name: wanted, tenant: null }
  throw new OrderError('not-found', `there is no domain ${name}`)
}

/** What the audit log says of a key: never the key itself. */
export function describeKey({ domain, selector, algorithm, state }: DkimKey): object {
  return { domain, selector, algorithm, state }
}

/** The record that has to stand in DNS for a key: its name and its value. */
export function recordOf({ domain, selector, algorithm, publicKey }: DkimKey) {
  return { name: `${selector}._domainkey.${domain}`, value: `v=DKIM1; k=${algorithm}; p=${publicKey}` }
}
