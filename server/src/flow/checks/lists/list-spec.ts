/** Where a domain that is asked for stands in a message. */
export type Place = 'mail-from' | 'from' | 'helo' | 'links'

/** What one return code of a list means for us. */
export interface CodeWeight {
  /** As it was written, for people. */
  readonly text: string
  readonly matches: (code: number) => boolean
  readonly weight: number
}

/** One list, as the setting lists.ask describes it. */
export interface ListSpec {
  readonly zone: string
  readonly kind: 'address' | 'domain'
  /** Of a list of domains: whose domains are asked for. */
  readonly places: readonly Place[]
  readonly codes: readonly CodeWeight[]
  /** Of a list of domains: a name that it lists so that it can be tested; TEST by RFC 5782. */
  readonly testName: string
}

const allPlaces: readonly Place[] = ['mail-from', 'from', 'helo', 'links']

/**
 * Reads `KIND ZONE CODE=WEIGHT ...`: `address bl.example 127.0.0.2=150 127.0.0.4-127.0.0.9=50`,
 * `domain:from+links dbl.example any=100`, `domain uri.example &8=80 test=test-point.example`.
 * A code is an address, a range, `&N` for a bit of the last byte, or `any`; weights below 0 speak for the message.
 * Null where it cannot be read; the setting refuses such texts before they come here.
 */
export function readListSpec(text: string): ListSpec | null {
  const [head = '', zone = '', ...rest] = text.trim().toLowerCase().split(/\s+/)
  const [kind, places] = head.split(':')
  if ((kind !== 'address' && kind !== 'domain') || zone === '') return null
  const wanted =
    places === undefined ? allPlaces : allPlaces.filter((each) => places.split('+').includes(each))
  const codes: CodeWeight[] = []
  let testName = 'test'
  for (const word of rest) {
    const equals = word.lastIndexOf('=')
    const [name, value] = [word.slice(0, equals), word.slice(equals + 1)]
    if (name === 'test') testName = value
    else {
      const code = readCode(name, Number(value))
      if (code === null) return null
      codes.push(code)
    }
  }
  return codes.length === 0 ? null : { zone, kind, places: wanted, codes, testName }
}

function readCode(text: string, weight: number): CodeWeight | null {
  if (!Number.isInteger(weight)) return null
  if (text === 'any') return { text, weight, matches: () => true }
  if (text.startsWith('&')) {
    const bit = Number(text.slice(1))
    return Number.isInteger(bit) && bit > 0
      ? { text, weight, matches: (code) => (code & bit & 255) !== 0 }
      : null
  }
  const [from = '', to = from] = text.split('-')
  const [first, last] = [readCodeNumber(from), readCodeNumber(to)]
  if (first === null || last === null) return null
  return { text, weight, matches: (code) => code >= first && code <= last }
}

/** An IPv4 address as a number, or null. */
export function readCodeNumber(address: string): number | null {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address)
  if (!found) return null
  const bytes = found.slice(1).map(Number)
  if (bytes.some((byte) => byte > 255)) return null
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0)
}
