import { child, childrenOf, parseXml, type XmlElement } from '#ground/mail-reports/xml-tree.ts'

/**
 * Entries of a feed, Atom (RFC 4287) or RSS 2.0, as its XML has them; null: it is something else.
 * @param mostElements of all that is in it; one with more is none
 */
export function feedEntries(text: string, mostElements?: number): XmlElement[] | null {
  if (!/^\s*(?:\ufeff)?</.test(text) || !/<(?:feed|rss)[\s>]/.test(text.slice(0, 2000))) return null
  const root = rootOf(text, mostElements)
  if (root?.name === 'feed') return childrenOf(root, 'entry')
  return root?.name === 'rss' ? childrenOf(child(root, 'channel'), 'item') : null
}

function rootOf(text: string, mostElements?: number): XmlElement | null {
  try {
    return parseXml(text, mostElements)
  } catch {
    return null
  }
}

/** What tells an entry from others of its feed (`id`, `guid`, or else its page); empty: nothing does. */
export function idOfEntry(entry: XmlElement): string {
  return wordOf(entry, 'id') || wordOf(entry, 'guid') || linkOfEntry(entry)
}

/** Its page, as an Atom or RSS feed names it; empty: it names none. */
export function linkOfEntry(entry: XmlElement): string {
  const [link] = childrenOf(entry, 'link').filter(
    ({ attributes }) => (attributes.rel ?? 'alternate') === 'alternate',
  )
  return link?.attributes.href?.trim() || wordOf(entry, 'link')
}

/** When something was last said in it, in milliseconds; null: it does not say. */
export function lastSaid(entry: XmlElement): number | null {
  const at = Date.parse(wordOf(entry, 'updated') || wordOf(entry, 'pubDate') || wordOf(entry, 'published'))
  return Number.isNaN(at) ? null : at
}

function wordOf(entry: XmlElement, name: string): string {
  return child(entry, name)?.text.trim().slice(0, 500) ?? ''
}
