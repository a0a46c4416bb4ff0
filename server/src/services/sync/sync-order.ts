import type { DirectoryStore, StoreCall } from '#services/directory/directory-store.ts'
import { callTo, changeRecorded } from '#services/directory/recorded-change.ts'
import type { SyncSource, SyncStore } from './sync-store.ts'

/** What is needed to change sources, and on whose word it is done. */
export interface SyncOrder {
  readonly store: SyncStore
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

export const inSync = callTo<SyncStore>('sync')

/** Makes a change of a source with its line in the audit log, which never has a secret in it. Answers what the change does. */
export function syncRecorded<Answer>(
  order: SyncOrder,
  change: StoreCall<Answer>,
  what: string,
  { id, name, tenant }: Pick<SyncSource, 'id' | 'name' | 'tenant'>,
  detail: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  return changeRecorded(order, change, { what, tenant, detail: { source: id, name, ...detail } })
}
