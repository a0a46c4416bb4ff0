import { isOfPeople as isNameOfPeople } from '#ground/platform/reach-names.ts'
import type { LedgerStore, Reach } from './ledger-store.ts'

/** Whether an address is one of a group or a person of a reach. */
export type IsOfPeople = (address: string) => boolean

const ofNobody: IsOfPeople = () => false

/** Whether what belongs to a tenant, about mail of an address of its own, may be seen. Undefined: everything may. */
export function isWithin(
  reach: Reach | undefined,
  tenant: string,
  address: string,
  isOfPeople: IsOfPeople = ofNobody,
): boolean {
  if (!reach) return true
  const { tenants, domains } = reach
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
  return tenants.includes(tenant) && (domains === null || domains.includes(domain) || isOfPeople(address))
}

/** Looks up which of some addresses belong to groups and people of a reach, where it names any. */
export async function findPeople(
  ledger: Pick<LedgerStore, 'addressesOf'>,
  reach: Reach | undefined,
  addresses: readonly string[],
): Promise<IsOfPeople> {
  const names = (reach?.domains ?? []).filter(isNameOfPeople)
  if (names.length === 0 || addresses.length === 0) return ofNobody
  const found = new Set(await ledger.addressesOf(names, [...new Set(addresses)]))
  return (address) => found.has(address)
}
