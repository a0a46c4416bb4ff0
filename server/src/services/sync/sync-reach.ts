import { mayReach, type Principal } from '#services/access/principal.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { SyncReach, SyncRun, SyncSource, SyncStore } from './sync-store.ts'

/** What of sources somebody sees: those of his tenants, and of these only what is for no domain beyond his. */
export function reachOfSync({ tenants, domains }: Principal): SyncReach {
  return { tenants: tenants && [...tenants], domains: domains && [...domains] }
}

/** A source in reach. @throws OrderError not-found, whether there is none or it is somebody else's */
export async function findSource(store: SyncStore, id: string, principal: Principal): Promise<SyncSource> {
  const source = await store.source(id)
  if (source && isInReach(source, principal)) return source
  throw new OrderError('not-found', `there is no source ${id}`)
}

/** A run in reach, with its source. @throws OrderError */
export async function findRun(
  store: SyncStore,
  id: string,
  principal: Principal,
): Promise<{ run: SyncRun; source: SyncSource }> {
  const run = await store.run(id)
  const source = run && (await store.source(run.source))
  if (run && source && isInReach(source, principal)) return { run, source }
  throw new OrderError('not-found', `there is no run ${id}`)
}

/** Whether somebody may have sources of a tenant that are for these domains (null: for all of the tenant). */
export function isInReach(
  { tenant, domains }: Pick<SyncSource, 'tenant' | 'domains'>,
  principal: Principal,
): boolean {
  if (principal.tenants !== null && !principal.tenants.has(tenant)) return false
  if (principal.domains === null) return true
  return domains?.every((each) => mayReach(principal, tenant, each)) ?? false
}
