import { OrderError } from '#services/ledger/order-error.ts'
import { type DirectoryOrder, recordOrder } from './directory-order.ts'
import type { DirectoryStore } from './directory-store.ts'

type Facts = Pick<DirectoryStore, 'facts' | 'setFact'>

const prefix = 'domains-awaited '

/**
 * Domains that an import brings, or has not brought whole: they come into force when all is there that belongs to them. Mail to
 * them hears 451 until then, since who gets mail there is not known yet.
 */
export async function awaitedDomains(directory: Facts): Promise<Set<string>> {
  return new Set((await directory.facts(prefix)).flatMap(namesIn))
}

/** Keeps new domains out of force until `releaseDomains` names them. @param id of the import, for its own note of them */
export async function awaitDomains(directory: Facts, id: string, names: readonly string[]): Promise<void> {
  if (names.length > 0) await directory.setFact(`${prefix}${id}`, JSON.stringify(names))
}

/** What belongs to these domains is there. */
export async function releaseDomains(directory: Facts, names: readonly string[]): Promise<void> {
  const done = new Set(names)
  for (const fact of await directory.facts(prefix)) {
    const awaited = namesIn(fact)
    const left = awaited.filter((each) => !done.has(each))
    if (left.length < awaited.length)
      await directory.setFact(fact.name, left.length === 0 ? null : JSON.stringify(left))
  }
}

/** Puts one in force as it stands: the import is not to be ended. @throws OrderError where it is none of them */
export async function confirmDomain(order: DirectoryOrder, name: string): Promise<void> {
  const domain = await order.directory.domain(name)
  if (!domain || !(await awaitedDomains(order.directory)).has(name))
    throw new OrderError('not-found', `${name} waits for no import; see "mailkeep directory status"`)
  await releaseDomains(order.directory, [name])
  await recordOrder(order, 'domain-confirmed', domain.tenant, { domain: name })
}

function namesIn({ value }: { readonly value: string }): string[] {
  return JSON.parse(value) as string[]
}
