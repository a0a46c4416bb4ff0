import { removeResource } from './scim/push-resource.ts'
import { ScimError } from './scim/scim-error.ts'
import type { ScimStore, ScimUser } from './scim/scim-store.ts'
import { pushedAddresses } from './sources/read-scim.ts'
import type { SyncStore } from './sync-store.ts'

/** A source of people that names somebody. */
export interface NamingSource {
  readonly id: string
  readonly name: string
  readonly tenant: string
  readonly kind: string
  /** It has him himself, and so makes him again; else other people only, with an address of his: they stay as they are. */
  readonly isHimself: boolean
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
  /** Sources that named him when they were last read, and whether it was he himself. */
  readonly naming: ReadonlyMap<string, boolean>
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
  for (const [id, isHimself] of found.naming) {
    const source = await parts.sync.source(id)
    if (source) sources.push({ id, name: source.name, tenant: source.tenant, kind: source.kind, isHimself })
  }
  return { sources, erase: () => erase(parts, found) }
}

async function find({ list }: TraceParts, addresses: readonly string[]): Promise<Found> {
  const lines: Line[] = []
  const pushed: { source: string; id: string }[] = []
  /** What sources call him, each in its own words: `SOURCE EXTERNAL_ID`. */
  const own = new Set<string>()
  const naming = new Map<string, boolean>()
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
      if (row.table === 'sync_people') own.add(`${source} ${row.external_id}`)
      const isHimself =
        row.table !== 'scim_resources' || isHe(source, row as unknown as PushedUser, addresses, own)
      if (row.table === 'scim_resources' && isHimself) pushed.push({ source, id: String(row.id) })
      naming.set(source, isHimself || naming.get(source) === true)
    }
    after = next
  }
  for (const [source, isNamed] of byLines) if (isNamed && !naming.has(source)) naming.set(source, true)
  return { lines, pushed, naming }
}

type PushedUser = ScimUser & { readonly id: string }

function isHe(
  source: string,
  user: PushedUser,
  addresses: readonly string[],
  own: ReadonlySet<string>,
): boolean {
  const main = pushedAddresses(user)[0] ?? ''
  return (
    own.has(`${source} ${user.externalId || user.id}`) ||
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
