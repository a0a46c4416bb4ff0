import { removeResource } from './scim/push-resource.ts'
import { ScimError } from './scim/scim-error.ts'
import type { ScimStore, ScimUser } from './scim/scim-store.ts'
import { pushedAddresses } from './sources/read-scim.ts'
import type { SyncStore } from './sync-store.ts'

/** A source of people that names somebody, and so makes him again. */
export interface NamingSource {
  readonly id: string
  readonly name: string
  readonly tenant: string
  readonly kind: string
}

export interface TraceParts {
  /** What is kept of somebody, as tables have it, page by page. */
  readonly list: (
    addresses: readonly string[],
    after: string,
  ) => Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[]; readonly next: string | null }>
  readonly eraseLines: (lines: readonly Line[]) => Promise<number>
  readonly sync: Pick<SyncStore, 'source'>
  readonly scim: Pick<ScimStore, 'remove'>
  readonly now: () => number
}

/** A line of a run, by run and number. */
type Line = readonly [string, number]

interface Found {
  readonly lines: readonly Line[]
  /** Whom directories have pushed, where that is he himself: an address of his may have become one of somebody else. */
  readonly pushed: readonly { readonly source: string; readonly id: string }[]
  /** Sources that named him when they were last read. */
  readonly naming: readonly string[]
}

/** Records a step: mail comes in between two of them. */
const step = 200

/**
 * Looks for a person in what user sync keeps, and changes nothing. Answers which sources name him, and what takes him
 * out: lines of runs, and what a directory has pushed of him as if it had removed him itself, so that no run finds him.
 */
export async function tracesOfPerson(
  parts: TraceParts,
  addresses: readonly string[],
): Promise<{ readonly sources: NamingSource[]; erase(): Promise<number> }> {
  const found = await find(parts, addresses)
  const sources: NamingSource[] = []
  for (const id of found.naming) {
    const source = await parts.sync.source(id)
    if (source) sources.push({ id, name: source.name, tenant: source.tenant, kind: source.kind })
  }
  return { sources, erase: () => erase(parts, found) }
}

async function find({ list }: TraceParts, addresses: readonly string[]): Promise<Found> {
  const lines: Line[] = []
  const pushed: { source: string; id: string }[] = []
  /** What sources call him. */
  const own = new Set<string>()
  const naming = new Set<string>()
  /** What the last line of a source says of him: lines come in the order of their runs. */
  const byLines = new Map<string, boolean>()
  for (let after: string | null = ''; after !== null; ) {
    const { rows, next } = await list(addresses, after)
    for (const row of rows) {
      const source = String(row.source ?? '')
      if (row.table === 'sync_lines') {
        lines.push([String(row.run), Number(row.n)])
        byLines.set(source, row.kind !== 'remove')
        continue
      }
      if (row.table === 'sync_people') own.add(String(row.external_id))
      if (row.table === 'scim_resources' && isHe(row as unknown as PushedUser, addresses, own))
        pushed.push({ source, id: String(row.id) })
      naming.add(source)
    }
    after = next
  }
  for (const [source, isNamed] of byLines) if (isNamed) naming.add(source)
  return { lines, pushed, naming: [...naming] }
}

type PushedUser = ScimUser & { readonly id: string }

function isHe(user: PushedUser, addresses: readonly string[], own: ReadonlySet<string>): boolean {
  const main = pushedAddresses(user)[0] ?? ''
  return (
    own.has(user.externalId || user.id) ||
    [main, user.userName].some((each) => addresses.includes(each.toLowerCase()))
  )
}

async function erase({ scim, eraseLines, now }: TraceParts, { lines, pushed }: Found): Promise<number> {
  let done = 0
  for (const { source, id } of pushed)
    try {
      await removeResource({ store: scim, now }, source, 'user', id)
      done += 1
    } catch (cause) {
      // Its directory was faster, or its source is gone.
      if (!(cause instanceof ScimError && cause.status === 404)) throw cause
    }
  for (let from = 0; from < lines.length; from += step)
    done += await eraseLines(lines.slice(from, from + step))
  return done
}
