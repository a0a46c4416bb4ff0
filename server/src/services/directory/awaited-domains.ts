import { OrderError } from '#services/ledger/order-error.ts'
import { type DirectoryOrder, recordOrder } from './directory-order.ts'
import type { DirectoryStore } from './directory-store.ts'

type Facts = Pick<DirectoryStore, 'facts' | 'setFact'>

/** A note of an import about a domain is a fact of its own, `domains-awaited NAME IMPORT`: to take it back is one step. */
const prefix = 'domains-awaited '

/**
 * Domains that an import brings, or has not brought whole: they come into force when all is there that belongs to them. Mail to
 * them hears 451 until then, since who gets mail there is not known yet.
 */
export async function awaitedDomains(directory: Facts): Promise<Set<string>> {
  return new Set((await directory.facts(prefix)).map(domainOf))
}

/** Keeps new domains out of force until `releaseDomains` names them. @param id of the import, for its own notes of them */
export async function awaitDomains(
  directory: Facts,
  id: string,
  names: readonly string[],
  at: number,
): Promise<void> {
  await Promise.all(names.map((name) => directory.setFact(`${prefix}${name} ${id}`, JSON.stringify({ at }))))
}

/** What belongs to these domains is there, or no import has a say in them any more. */
export async function releaseDomains(directory: Facts, names: readonly string[]): Promise<void> {
  const done = new Set(names)
  const notes = (await directory.facts(prefix)).filter((note) => done.has(domainOf(note)))
  await Promise.all(notes.map(({ name }) => directory.setFact(name, null)))
}

/** Puts one in force as it stands: the import is not to be ended. @throws OrderError where it is none of them */
export async function confirmDomain(order: DirectoryOrder, name: string): Promise<void> {
  const domain = await order.directory.domain(name)
  if (!domain || !(await awaitedDomains(order.directory)).has(name))
    throw new OrderError('not-found', `${name} waits for no import; see "mailkeep directory status"`)
  await releaseDomains(order.directory, [name])
  await recordOrder(order, 'domain-confirmed', domain.tenant, { domain: name })
}

function domainOf({ name }: { readonly name: string }): string {
  return name.slice(prefix.length).split(' ')[0] ?? ''
}
