import { trimEndOf } from '#ground/mail/trim-end.ts'
/** What a list says of the hosts and pages on it. `known`: links there are as good as those to large sites. */
export type HostVerdict = 'bad' | 'known'

/** A list of hosts and pages from a file. */
export interface HostList {
  readonly name: string
  readonly version: string
  /** When its source made it. */
  readonly made: number
  readonly verdict: HostVerdict
  readonly weight: number
  readonly entries: number
  has(entry: string): boolean
}

/** What a list says of one link, and why that does not count; empty where it does. */
export interface HostListHit {
  readonly list: string
  readonly version: string
  readonly verdict: HostVerdict
  readonly weight: number
  readonly entry: string
  readonly why: string
}

/** The lists in force; answers at once, from memory. */
export interface HostLists {
  /** Every list that has a link's host, a name above it, or its page. */
  find(host: string, path: string): readonly HostListHit[]
  /** A message with links has been judged: names of the lists that had any of them. */
  judged(lists: ReadonlySet<string>): void
}

export class HostListError extends Error {
  readonly code = 'bad-host-list'
  constructor(text: string) {
    super(text)
    this.name = 'HostListError'
  }
}

const most = { entries: 1_000_000, line: 2048, weight: 400 }
const headNames = new Set(['version', 'made', 'verdict', 'weight'])
const hostPattern = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.){1,20}[a-z0-9-]{2,63}$/

/**
 * Reads a list line by line: `name value` for version, made, verdict and weight, an empty line, and one host or page a
 * line; `#` begins a comment. A host stands for all below it, a page for all below its path.
 */
export class HostListReader {
  readonly #name: string
  readonly #isLarge: (host: string) => boolean
  readonly #head = new Map<string, string>()
  #inHead = true
  readonly #hashes: number[][] = [[]]
  #entries = 0

  /** @param isLarge whether a host is so well known that no list of bad ones can mean it */
  constructor(name: string, isLarge: (host: string) => boolean) {
    this.#name = name
    this.#isLarge = isLarge
  }

  /** @throws HostListError */
  line(text: string): void {
    const line = text.trim()
    if (line.startsWith('#')) return
    if (this.#inHead) this.#readHead(line)
    else if (line !== '') this.#addEntry(line)
  }

  #readHead(line: string): void {
    if (line === '') {
      // Empty lines and comments may stand before the head.
      this.#inHead = this.#head.size === 0
      return
    }
    const space = line.indexOf(' ')
    const name = space < 0 ? line : line.slice(0, space)
    if (!headNames.has(name))
      throw new HostListError(
        `${JSON.stringify(line.slice(0, 80))} is none of ${[...headNames].join(', ')}, and an empty line must end its head`,
      )
    this.#head.set(name, line.slice(name.length).trim())
  }

  #addEntry(line: string): void {
    const entry = entryOf(line)
    if (entry === null) throw new HostListError(`${JSON.stringify(line.slice(0, 80))} is no host and no page`)
    if (!entry.includes('/') && this.#head.get('verdict') === 'bad' && this.#isLarge(entry))
      throw new HostListError(`it lists ${entry}, which can only be a mistake`)
    if (++this.#entries > most.entries) throw new HostListError(`it has more than ${most.entries} entries`)
    const last = this.#hashes.at(-1)!
    last.push(...hashOf(entry))
    if (last.length > 60_000) this.#hashes.push([])
  }

  /** @throws HostListError */
  end(): HostList {
    const version = this.#head.get('version') ?? ''
    if (!/^[\w.:-]{1,64}$/.test(version))
      throw new HostListError('version must be a name of up to 64 letters')
    const made = Date.parse(this.#head.get('made') ?? '')
    if (Number.isNaN(made)) throw new HostListError('made must be a time, such as 2026-11-21T10:00:00Z')
    const verdict = this.#head.get('verdict')
    if (verdict !== 'bad' && verdict !== 'known') throw new HostListError('verdict must be bad or known')
    const weight = Number(this.#head.get('weight') ?? 150)
    if (!Number.isInteger(weight) || weight < 0 || weight > most.weight)
      throw new HostListError(`weight must be a whole number from 0 to ${most.weight}`)
    if (this.#entries === 0) throw new HostListError('it has no entries')
    const set = new HashSet(this.#entries)
    for (const each of this.#hashes)
      for (let at = 0; at < each.length; at += 2) set.add(each[at]!, each[at + 1]!)
    return {
      name: this.#name,
      version,
      made,
      verdict,
      weight,
      entries: this.#entries,
      has: (entry) => set.has(...hashOf(entry)),
    }
  }
}

/** `host` or `host/path` in the form in which links are looked up; null where a line is neither. */
function entryOf(line: string): string | null {
  if (line.length > most.line) return null
  const url = URL.parse(/^https?:\/\//i.test(line) ? line : `http://${line}`)
  if (url === null || `${url.username}${url.port}` !== '') return null
  const host = url.hostname.replace(/\.$/, '')
  const isAddress = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) || host.startsWith('[')
  if (!isAddress && !hostPattern.test(host)) return null
  const path = trimEndOf(url.pathname, '/')
  return path === '' ? host : host + path
}

/** What a link may be listed as: its page and those above it, its host and names above it. */
export function entriesFor(host: string, path: string): string[] {
  const found: string[] = []
  const clean = trimEndOf(path, '/')
  for (let at = clean.length, left = 12; at > 0 && left > 0; at = clean.lastIndexOf('/', at - 1), left--)
    found.push(host + clean.slice(0, at))
  if (host.startsWith('[') || /^[\d.]+$/.test(host)) return [...found, host]
  for (let name = host; name.includes('.'); name = name.slice(name.indexOf('.') + 1)) found.push(name)
  return found
}

/** Two numbers of 32 bits that stand for a text; two texts of a list of a million share them once in many lists. */
function hashOf(text: string): [number, number] {
  let one = 0x811c9dc5
  let other = 0x9747b28c
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    one = Math.imul(one ^ code, 0x01000193)
    other = Math.imul(other ^ (code + at), 0x5bd1e995)
    other ^= other >>> 15
  }
  one ^= one >>> 16
  // Nothing is kept where both are 0.
  return [Math.imul(one, 0x85ebca6b) >>> 0 || 1, other >>> 0]
}

/** Numbers in one typed array beside the heap: a million entries take 16 MiB. */
class HashSet {
  readonly #slots: Uint32Array
  readonly #mask: number

  constructor(entries: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(8, entries * 2)))
    this.#slots = new Uint32Array(size * 2)
    this.#mask = size - 1
  }

  add(one: number, other: number): void {
    const at = this.#find(one, other)
    this.#slots[at] = one
    this.#slots[at + 1] = other
  }

  has(one: number, other: number): boolean {
    return this.#slots[this.#find(one, other)] === one
  }

  /** Its slot, or the free one where it would go. */
  #find(one: number, other: number): number {
    for (let at = other & this.#mask; ; at = (at + 1) & this.#mask) {
      const slot = at * 2
      if (this.#slots[slot] === 0 || (this.#slots[slot] === one && this.#slots[slot + 1] === other))
        return slot
    }
  }
}
