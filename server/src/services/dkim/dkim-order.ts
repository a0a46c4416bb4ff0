import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { type DirectoryOrder, domainsOf } from '#services/directory/directory-order.ts'
import type { Domain } from '#services/directory/directory-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { DkimKey, DkimStore } from './dkim-store.ts'

/** An order about keys that sign mail. */
export interface DkimOrder extends DirectoryOrder {
  readonly dkim: DkimStore
  readonly resolver: Resolver
}

/** A domain in reach. @throws OrderError not-found */
export async function domainInReach(order: DkimOrder, name: string): Promise<Domain> {
  const found = (await domainsOf(order)).find((each) => each.name === name.trim().toLowerCase())
  if (!found) throw new OrderError('not-found', `there is no domain ${name}`)
  return found
}

/** What the audit log says of a key: never the key itself. */
export function describeKey({ domain, selector, algorithm, state }: DkimKey): object {
  return { domain, selector, algorithm, state }
}

/** The record that has to stand in DNS for a key: its name and its value. */
export function recordOf({ domain, selector, algorithm, publicKey }: DkimKey) {
  return { name: `${selector}._domainkey.${domain}`, value: `v=DKIM1; k=${algorithm}; p=${publicKey}` }
}
