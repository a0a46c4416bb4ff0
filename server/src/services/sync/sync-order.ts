import type { DirectoryStore } from '#services/directory/directory-store.ts'
import type { ScimStore } from './scim/scim-store.ts'
import type { SyncSource, SyncStore } from './sync-store.ts'

/** What is needed to change sources, and on whose word it is done. */
export interface SyncOrder {
  readonly store: SyncStore
  readonly scim: Pick<ScimStore, 'addToken' | 'removeToken'>
  readonly directory: DirectoryStore
  /** Seals a secret for a source. */
  readonly seal: (sourceId: string, text: string) => string
  readonly at: number
  /** As the audit log names him. */
  readonly who: string
  /** Address that the order came from; empty: from this machine. */
  readonly ip: string
  /** Whether he may name files on the machine of the server. */
  readonly mayPath: boolean
}

/** Adds a line to the audit log, never with a secret in it. */
export async function recordSync(
  { directory, at, who, ip }: SyncOrder,
  what: string,
  { id, name, tenant }: Pick<SyncSource, 'id' | 'name' | 'tenant'>,
  detail: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await directory.recordChange(at, what, who, { source: id, name, ...detail }, { tenant, ip })
}
