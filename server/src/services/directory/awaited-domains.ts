import { OrderError } from '#services/ledger/order-error.ts'
import type { DirectoryOrder } from './directory-order.ts'
import type { DirectoryStore } from './directory-store.ts'
import { changeRecorded, inDirectory } from './recorded-change.ts'
import type { SnapshotStore } from './snapshot-store.ts'

interface Note {
  readonly at: number
  /** Digest of what the import would bring; undefined: a version that noted none has written this. */
  readonly digest?: string
}

type Facts = Pick<DirectoryStore, 'facts' | 'setFact' | 'removeFacts'>

/** A note of an import about a domain is a fact of its own, `domains-awaited NAME DIGEST`: to take it back is one step. */
const prefix = 'domains-awaited '

/**
 * Domains that an import brings, or has not brought whole: they come into force when all is there that belongs to them. Mail to
 * them hears 451 until then, since who gets mail there is not known yet. Names, and when the last import has named each.
 */
export async function awaitedDomains(directory: Facts): Promise<Map<string, number>> {
  const since = new Map<string, number>()
  for (const note of await directory.facts(prefix)) {
    const { at } = JSON.parse(note.value) as Note
    since.set(domainOf(note), Math.max(at, since.get(domainOf(note)) ?? 0))
  }
  return since
}

/** Domains of the directory that are kept out of force, with the moment since when. */
export async function unfinishedDomains(
  directory: Facts & Pick<DirectoryStore, 'domains'>,
  snapshots: Pick<SnapshotStore, 'state'>,
): Promise<{ readonly name: string; readonly since: number }[]> {
  const awaited = await awaitedDomains(directory)
  if (awaited.size === 0) return []
  const inForce = new Set((await snapshots.state())?.domains)
  return (await directory.domains()).flatMap(({ name }) => {
    const since = awaited.get(name)
    return since === undefined || inForce.has(name) ? [] : [{ name, since }]
  })
}

/**
 * Keeps new domains out of force until this import has brought all of them, or `releaseDomains` names them.
 * @param digest of what the import would bring: the same import, ordered once more, has the same
 */
export async function awaitDomains(
  directory: Facts,
  digest: string,
  names: readonly string[],
  at: number,
): Promise<void> {
  const note = JSON.stringify({ at, digest } satisfies Note)
  await Promise.all(names.map((name) => directory.setFact(`${prefix}${name} ${digest}`, note)))
}

/**
 * An import has gone through. What another one has left half of these domains is still missing, so its notes stay; one
 * that does not say of which import it is goes with the first.
 */
export async function importIsWhole(
  directory: Facts,
  names: readonly string[],
  digest: string,
): Promise<void> {
  await takeBackNotes(directory, names, (note) => (note.digest ?? digest) === digest)
}

/** No import has a say in these domains any more. */
export async function releaseDomains(directory: Facts, names: readonly string[]): Promise<void> {
  await takeBackNotes(directory, names, () => true)
}

async function takeBackNotes(
  directory: Facts,
  names: readonly string[],
  isMeant: (note: Note) => boolean,
): Promise<void> {
  const done = new Set(names)
  const notes = (await directory.facts(prefix)).filter(
    (fact) => done.has(domainOf(fact)) && isMeant(JSON.parse(fact.value) as Note),
  )
  await directory.removeFacts(notes.map(({ name }) => name))
}

/** Puts one in force as it stands: the import is not to be ended. @throws OrderError where it is none of them */
export async function confirmDomain(order: DirectoryOrder, name: string): Promise<void> {
  const { directory } = order
  const domain = await directory.domain(name)
  const notes = (await directory.facts(prefix)).filter((fact) => domainOf(fact) === name)
  const release = inDirectory.removeFacts(notes.map((each) => each.name))
  const line = { what: 'domain-confirmed', tenant: domain?.tenant ?? null, detail: { domain: name } }
  if (!domain || !(await changeRecorded(order, release, line)))
    throw new OrderError('not-found', `${name} waits for no import; see "mailkeep directory status"`)
}

function domainOf({ name }: { readonly name: string }): string {
  return name.slice(prefix.length).split(' ')[0] ?? ''
}
