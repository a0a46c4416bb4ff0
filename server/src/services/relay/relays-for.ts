import type { DirectoryStore, Domain } from '#services/directory/directory-store.ts'
import { chainOf } from '#services/directory/publish-snapshot.ts'
import type { RelayStore } from './relay-store.ts'

const mostLooked = 1000

/** Whether a server may send in the name of a domain: one of its tenant or of those above it. */
export async function relaysFor(
  {
    relays,
    directory,
  }: { readonly relays: Pick<RelayStore, 'relays'>; readonly directory: Pick<DirectoryStore, 'tenants'> },
  { name, tenant }: Pick<Domain, 'name' | 'tenant'>,
): Promise<boolean> {
  const chain = chainOf(tenant, await directory.tenants()).map(({ id }) => id)
  const found = await relays.relays(chain, '', mostLooked)
  return found.some(({ domains }) => domains.length === 0 || domains.includes(name))
}
