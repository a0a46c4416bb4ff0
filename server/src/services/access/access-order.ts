import type { DirectoryStore } from '#services/directory/directory-store.ts'
import type { AccessStore } from './access-store.ts'

/** What is needed to change who may come in, and on whose word it is done. */
export interface AccessOrder {
  readonly access: AccessStore
  readonly directory: Pick<DirectoryStore, 'tenants' | 'domains' | 'groups' | 'user'>
  readonly at: number
  /** As the audit log names him. */
  readonly who: string
  /** Address that the order came from; empty: from this machine. */
  readonly ip: string
}

/** Adds a line to the audit log, of a tenant or (null) of the site itself. */
export async function recordAccess(
  { access, at, who, ip }: AccessOrder,
  what: string,
  tenant: string | null,
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  await access.record({ at, what, who, ip, tenant, detail })
}
