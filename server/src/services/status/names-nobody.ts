import { domainToASCII } from 'node:url'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'

/** Names of hosts and domains in a text, those of addresses too, and words that are none. */
const hosts = /[\p{L}\p{N}.-]+/gu
/** So many are looked for in one text; one with more is refused, since nobody has looked at all of it. */
const mostHosts = 100
/** Where a name of this many labels is looked for, a longer one is one below it. */
const mostLabels = 8

export interface Names {
  readonly directory: Pick<DirectoryStore, 'tenants' | 'domain'>
  /** Hosts of the house itself; the domain that one of them stands in is no customer's, whoever's mail it takes. Absent: none. */
  readonly ownHosts?: readonly string[]
}

/**
 * What everybody reads names no customer: neither a domain of one, with what stands below it, nor its name.
 * @throws OrderError wrong; also where it has more names of hosts than are looked for
 */
export async function assertNamesNobody(names: Names, texts: readonly string[]): Promise<void> {
  const found = await customerNamedIn(names, texts.join('\n'))
  if (found !== null)
    throw new OrderError(
      'wrong',
      `everybody reads this, and ${found} is a customer's; say it without that name`,
    )
}

/**
 * The first name of a customer in a text; null: there is none. A name of one plain word is not looked for, since texts have
 * such words of their own. A site with one customer speaks of itself.
 * @throws OrderError wrong: it has more names of hosts than are looked for
 */
export async function customerNamedIn(
  { directory, ownHosts = [] }: Names,
  text: string,
): Promise<string | null> {
  const tenants = await directory.tenants()
  if (tenants.filter(({ level }) => level === 'customer').length < 2) return null
  const others = tenants.filter(({ level }) => level !== 'operator')
  const named = others.find(({ name }) => /[^\p{L}]/u.test(name) && hasWords(text, name))
  if (named) return named.name
  const ids = new Set(others.map((each) => each.id))
  for (const host of hostsIn(text))
    for (const name of namesAbove(host))
      if (!holdsOne(name, ownHosts) && ids.has((await directory.domain(name))?.tenant ?? '')) return host
  return null
}

function holdsOne(domain: string, hosts: readonly string[]): boolean {
  return hosts.some((host) => host === domain || host.endsWith(`.${domain}`))
}

/** All that may be the name of a host, each once and as DNS has it. */
function hostsIn(text: string): Set<string> {
  // A name that can be read in two ways is one name, and both are looked for.
  const readings = new Map<string, readonly string[]>()
  for (const word of new Set(text.match(hosts) ?? [])) {
    const found = readingsOf(word)
      .map(domainToASCII)
      .filter((host) => host !== '')
    if (found[0] !== undefined) readings.set(found[0], found)
  }
  if (readings.size > mostHosts)
    throw new OrderError(
      'wrong',
      `everybody reads this, and it has more than ${mostHosts} names of hosts or files, too many to look for customers in; shorten it`,
    )
  return new Set([...readings.values()].flat())
}

/** A word as a name with dots, and without what a hyphen adds to it: `a.example-users` speaks of `a.example`. Figures are none. */
function readingsOf(word: string): string[] {
  const labels = word
    .split('.')
    .map((each) => each.replace(/^-+/, ''))
    .filter(Boolean)
  // No domain ends in a number: that is a figure, a version or an address, and would be read as one.
  while (/^\p{N}+$/u.test(labels.at(-1) ?? '')) labels.pop()
  const last = labels.at(-1) ?? ''
  if (labels.length < 2) return []
  const [head = ''] = last.split('-')
  const isCut = head !== last && !/^xn--/i.test(last)
  const whole = labels.join('.')
  return isCut ? [whole, labels.with(-1, head).join('.')] : [whole]
}

/** Whole words, whatever their case. */
function hasWords(text: string, words: string): boolean {
  const [all, part] = [text.toLowerCase(), words.toLowerCase()]
  for (let at = all.indexOf(part); at >= 0; at = all.indexOf(part, at + 1)) {
    const beside = `${all[at - 1] ?? ' '}${all[at + part.length] ?? ' '}`
    if (!/[\p{L}\p{N}]/u.test(beside)) return true
  }
  return false
}

/** `mx.a.example` and `a.example`. */
function namesAbove(host: string): string[] {
  const labels = host.split('.').slice(-mostLabels)
  return labels.slice(0, -1).map((_each, n) => labels.slice(n).join('.'))
}
