import { domainToASCII } from 'node:url'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'

/** Names of hosts and domains in a text, those of addresses too, and words that are none. */
const hosts = /[\p{L}\p{N}.-]+/gu
const mostHosts = 100
/** Where a name of this many labels is looked for, a longer one is one below it. */
const mostLabels = 8

type Names = Pick<DirectoryStore, 'tenants' | 'domain'>

/**
 * What everybody reads names no customer: neither a domain of one, with what stands below it, nor its name.
 * @throws OrderError wrong
 */
export async function assertNamesNobody(directory: Names, texts: readonly string[]): Promise<void> {
  const found = await customerNamedIn(directory, texts.join('\n'))
  if (found !== null)
    throw new OrderError(
      'wrong',
      `everybody reads this, and ${found} is a customer's; say it without that name`,
    )
}

/**
 * The first name of a customer in a text; null: there is none. A name of one plain word is not looked for, since texts have
 * such words of their own. A site with one customer speaks of itself.
 */
export async function customerNamedIn(directory: Names, text: string): Promise<string | null> {
  const tenants = await directory.tenants()
  if (tenants.filter(({ level }) => level === 'customer').length < 2) return null
  const others = tenants.filter(({ level }) => level !== 'operator')
  const named = others.find(({ name }) => /[^\p{L}]/u.test(name) && hasWords(text, name))
  if (named) return named.name
  const ids = new Set(others.map((each) => each.id))
  const dotted = (text.match(hosts) ?? [])
    .map((each) => each.split('.').filter(Boolean).join('.'))
    .filter((each) => each.includes('.'))
  const found = new Set(dotted.map((each) => domainToASCII(each)).slice(0, mostHosts))
  for (const host of found)
    for (const name of namesAbove(host))
      if (ids.has((await directory.domain(name))?.tenant ?? '')) return host
  return null
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
