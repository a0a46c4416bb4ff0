import type { ScimUser } from '#services/sync/scim/scim-store.ts'
import { pushedAddresses } from '#services/sync/sources/read-scim.ts'
import type { SyncStore } from '#services/sync/sync-store.ts'
import type { PersonStore } from './person-store.ts'

/** A source of user sync that names a person, and so makes him again. */
export interface NamingSource {
  readonly id: string
  readonly name: string
  readonly tenant: string
  readonly kind: string
}

/** What user sync keeps about a person, as it is taken out. */
export interface SyncTraces {
  /** Lines of runs, by run and number. */
  readonly lines: readonly (readonly [string, number])[]
  /** Whom directories have pushed, where that is he himself: an address of his may have become one of somebody else. */
  readonly pushed: readonly { readonly source: string; readonly id: string }[]
  /** Sources that named him when they were last read. */
  readonly sources: readonly NamingSource[]
}

const page = 500

/** Looks for a person in what user sync keeps; nothing is changed. */
export async function findSyncTraces(
  readPerson: Pick<PersonStore, 'list'>,
  sync: Pick<SyncStore, 'source'>,
  addresses: readonly string[],
): Promise<SyncTraces> {
  const lines: [string, number][] = []
  const pushed: { source: string; id: string }[] = []
  /** What sources call him. */
  const own = new Set<string>()
  const naming = new Set<string>()
  /** What the last line of a source says of him: lines come in the order of their runs. */
  const byLines = new Map<string, boolean>()
  for (let after: string | null = ''; after !== null; ) {
    const { records, next } = await readPerson.list(addresses, 'source', after, page)
    for (const { data } of records) {
      const source = String(data.source ?? '')
      if (data.table === 'sync_lines') {
        lines.push([String(data.run), Number(data.n)])
        byLines.set(source, data.kind !== 'remove')
        continue
      }
      if (data.table === 'sync_people') own.add(String(data.external_id))
      if (data.table === 'scim_resources' && isHe(data as unknown as PushedUser, addresses, own))
        pushed.push({ source, id: String(data.id) })
      naming.add(source)
    }
    after = next
  }
  for (const [source, isNamed] of byLines) if (isNamed) naming.add(source)
  const sources: NamingSource[] = []
  for (const id of naming) {
    const found = await sync.source(id)
    if (found) sources.push({ id, name: found.name, tenant: found.tenant, kind: found.kind })
  }
  return { lines, pushed, sources }
}

type PushedUser = ScimUser & { readonly id: string }

function isHe(user: PushedUser, addresses: readonly string[], own: ReadonlySet<string>): boolean {
  const main = pushedAddresses(user)[0] ?? ''
  return (
    own.has(user.externalId || user.id) ||
    [main, user.userName].some((each) => addresses.includes(each.toLowerCase()))
  )
}
