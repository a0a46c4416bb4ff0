import { isIPv4, isIPv6, SocketAddress } from 'node:net'

/** The address of an SMTP client as SPF compares it: 4 bytes or 16. */
export interface ClientAddress {
  readonly version: 4 | 6
  readonly bytes: Uint8Array
  /** As people read it; IPv6 in the short form of RFC 5952. */
  readonly text: string
}

/**
 * Reads an IP address; null where it is none. IPv4 in IPv6 form (::ffff:192.0.2.1) counts as IPv4
 * (RFC 7208, 5), because that is the address that the records name.
 */
export function readClientAddress(text: string): ClientAddress | null {
  const bare = text.split('%')[0] ?? ''
  if (isIPv4(bare)) return { version: 4, bytes: readIp4(bare), text: bare }
  if (!isIPv6(bare)) return null
  const bytes = readIp6(bare)
  if (!isMapped(bytes))
    return { version: 6, bytes, text: new SocketAddress({ address: bare, family: 'ipv6' }).address }
  const inner = bytes.slice(12)
  return { version: 4, bytes: inner, text: inner.join('.') }
}

/** Whether the first `bits` bits of both addresses are equal; both must have the same length. */
export function sameNetwork(one: Uint8Array, other: Uint8Array, bits: number): boolean {
  if (one.length !== other.length) return false
  const whole = bits >> 3
  for (let i = 0; i < whole; i++) if (one[i] !== other[i]) return false
  const rest = bits & 7
  if (rest === 0) return true
  const mask = 0xff << (8 - rest)
  return ((one[whole] ?? 0) & mask) === ((other[whole] ?? 0) & mask)
}

/** The bytes of a valid dotted IPv4 address. */
export function readIp4(text: string): Uint8Array {
  return Uint8Array.from(text.split('.'), Number)
}

/** The bytes of a valid IPv6 address, with `::` and a dotted tail spread out. */
export function readIp6(text: string): Uint8Array {
  const bytes = new Uint8Array(16)
  const [head = '', tail] = text.split('::')
  const front = readGroups(head)
  const back = tail === undefined ? [] : readGroups(tail)
  bytes.set(front, 0)
  bytes.set(back, 16 - back.length)
  return bytes
}

function readGroups(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return [...readIp4(group)]
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 255]
  })
}

function isMapped(bytes: Uint8Array): boolean {
  for (let i = 0; i < 10; i++) if (bytes[i] !== 0) return false
  return bytes[10] === 0xff && bytes[11] === 0xff
}
