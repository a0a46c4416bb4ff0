import type { Reach } from './ledger-store.ts'

/** Whether what belongs to a tenant, about mail of an address of its own, may be seen. Undefined: everything may. */
export function isWithin(reach: Reach | undefined, tenant: string, address: string): boolean {
  if (!reach) return true
  const { tenants, domains } = reach
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
  return tenants.includes(tenant) && (domains === null || domains.includes(domain))
}
