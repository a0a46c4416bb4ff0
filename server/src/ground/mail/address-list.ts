import { lastAddress, readAddress } from './header-address.ts'
import { decodeHeaderText } from './header-text.ts'
import { endOfComment, endOfQuoted } from './quoted-text.ts'

/** One entry of a From, To or Cc field. */
export interface ListedAddress {
  /** Display name, decoded, on one line; empty where there is none. */
  readonly name: string
  /** `local@domain` as written, without blanks and comments; null where the entry holds none. */
  readonly address: string | null
}

const maxName = 1000
/** Angle brackets within one entry that are read; more are a flood. */
const maxAngles = 1000

/**
 * Reads the addresses of a header field (RFC 5322, 3.4 and 4.4), groups flattened. Takes what is really sent:
 * semicolons as commas, names with unquoted dots and commas, brackets and quotes that are never closed.
 * Where an entry holds several addresses in angle brackets each comes as an entry: none can be hidden behind another.
 * Linear; never throws.
 * @param value unfolded field value as latin1 code units
 * @param maxAddresses entries after which the rest is not read
 */
export function parseAddressList(value: string, maxAddresses = 10_000): ListedAddress[] {
  const reader = new AddressListReader(value)
  while (reader.entries.length < maxAddresses && reader.readEntry());
  return reader.entries.slice(0, maxAddresses)
}

class AddressListReader {
  readonly entries: ListedAddress[] = []
  readonly #text: string
  readonly #special = /["(<,;:]/g
  #at = 0
  /** Display text of the entry, and the same with quotes as an address has them. */
  #shown = ''
  #spec = ''
  #sawAt = false
  #comment = ''
  #angles: string[] = []
  /** Something that opens and was seen not to close is an ordinary character from then on. */
  #openQuote = false
  #openComment = false

  constructor(text: string) {
    this.#text = text
  }

  /** Reads up to the end of one entry; false at the end of the text. */
  readEntry(): boolean {
    if (this.#at >= this.#text.length) return false
    for (;;) {
      this.#special.lastIndex = this.#at
      const match = this.#special.exec(this.#text)
      this.#append(this.#text.slice(this.#at, match?.index ?? this.#text.length))
      this.#at = match ? match.index + 1 : this.#text.length
      if (!match || match[0] === ',' || match[0] === ';') {
        this.#endEntry()
        return true
      }
      if (match[0] === '"') this.#readQuoted()
      else if (match[0] === '(') this.#readComment()
      else if (match[0] === '<') this.#readAngle()
      else this.#readColon()
    }
  }

  #append(text: string): void {
    this.#shown += text
    this.#spec += text
    if (text.includes('@')) this.#sawAt = true
  }

  /** A colon ends the name of a group; within an address it belongs to a literal such as [IPv6:::1]. */
  #readColon(): void {
    if (this.#angles.length > 0 || this.#sawAt) this.#append(':')
    else this.#clear()
  }

  #readQuoted(): void {
    const end = this.#openQuote ? -1 : endOfQuoted(this.#text, this.#at)
    if (end < 0) {
      this.#openQuote = true
      this.#append('"')
      return
    }
    const inner = this.#text.slice(this.#at, end)
    this.#shown += inner.includes('\\') ? inner.replace(/\\(.)/gs, '$1') : inner
    this.#spec += `"${inner}"`
    this.#at = end + 1
  }

  #readComment(): void {
    const end = this.#openComment ? -1 : endOfComment(this.#text, this.#at)
    if (end < 0) {
      this.#openComment = true
      this.#append('(')
      return
    }
    if (this.#comment.length < maxName)
      this.#comment += `${this.#comment && ' '}${this.#text.slice(this.#at, end)}`
    this.#at = end + 1
    this.#append(' ')
  }

  /** Reads `<address>`. A missing bracket is closed by a comma, unless that stands in a route (RFC 5322, 4.4). */
  #readAngle(): void {
    const route = /[ \t\r\n]{0,99}@[^:<>"]{0,998}:/y
    route.lastIndex = this.#at
    const start = this.#at + (route.exec(this.#text)?.[0].length ?? 0)
    let end = start
    while (end < this.#text.length && !'>,;<'.includes(this.#text[end]!)) {
      const quoted = this.#text[end] === '"' && !this.#openQuote ? endOfQuoted(this.#text, end + 1) : end
      if (quoted < 0) this.#openQuote = true
      end = Math.max(end, quoted) + 1
    }
    if (this.#angles.length < maxAngles) this.#angles.push(this.#text.slice(start, end))
    this.#at = this.#text[end] === '>' ? end + 1 : end
  }

  #endEntry(): void {
    const comment = () => decodeHeaderText(this.#comment, maxName).trim()
    const shown = () => decodeHeaderText(this.#shown, maxName).trim().replace(/ {2,}/g, ' ')
    if (this.#angles.length > 0) {
      const name = shown() || comment()
      for (const angle of this.#angles) this.entries.push({ name, address: readAddress(angle) })
    } else if (this.#sawAt) {
      const { address, before } = lastAddress(this.#spec)
      const name = address === null ? shown() : decodeHeaderText(before, maxName).trim()
      this.entries.push({ name: name || comment(), address })
    } else {
      const name = shown()
      if (name !== '') this.entries.push({ name, address: null })
    }
    this.#clear()
  }

  #clear(): void {
    this.#shown = this.#spec = this.#comment = ''
    this.#sawAt = false
    this.#angles = []
  }
}
