import { isIP } from 'node:net'

/** Lengths of nets that the index knows; a question for another one is narrowed by the next shorter of these. */
const lengths = { 4: [32, 24, 16], 6: [128, 64, 48, 32] } as const

interface Net {
  readonly family: 4 | 6
  readonly bits: bigint
  readonly length: number
}

/** An address or a net; null: it is neither. An IPv4 address within an IPv6 one is taken for itself. */
export function parseNet(text: string): Net | null {
  const [address = '', length, ...more] = text.trim().toLowerCase().split('/')
  if (more.length > 0) return null
  const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1] ?? address
  const family = isIP(plain)
  if (family !== 4 && family !== 6) return null
  const whole = family === 4 ? 32 : 128
  const asked = length === undefined ? whole : /^\d{1,3}$/.test(length) ? Number(length) : -1
  if (asked < 0 || asked > whole) return null
  const bits = family === 4 ? bitsOf4(plain) : bitsOf6(plain)
  return { family, bits: cut(bits, whole, asked), length: asked }
}

/** Names of the nets that an address lies in, itself first. */
export function netNames(address: string): string[] {
  const net = parseNet(address)
  if (!net) return []
  return lengths[net.family].map((length) => nameOf(net, length))
}

/** The name by which the index knows the widest net that holds this one; null: it is wider than all of them. */
export function narrowestName(net: Net): string | null {
  const length = lengths[net.family].find((each) => each <= net.length)
  return length === undefined ? null : nameOf(net, length)
}

/** Whether an address lies in a net. */
export function isWithin(address: string, net: Net): boolean {
  const own = parseNet(address)
  return own !== null && own.family === net.family && cut(own.bits, wholeOf(own), net.length) === net.bits
}

function nameOf(net: Net, length: number): string {
  return `${net.family}x${length}x${cut(net.bits, wholeOf(net), length).toString(36)}`
}

function wholeOf({ family }: Net): number {
  return family === 4 ? 32 : 128
}

function cut(bits: bigint, whole: number, length: number): bigint {
  const rest = BigInt(whole - length)
  return (bits >> rest) << rest
}

function bitsOf4(text: string): bigint {
  return text.split('.').reduce((sum, each) => (sum << 8n) | BigInt(Number(each)), 0n)
}

function bitsOf6(text: string): bigint {
  const [plain = ''] = text.split('%')
  const [head = '', tail] = withoutDots(plain).split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':'))
  const [first, last] = [groups(head), groups(tail ?? '')]
  const zeros = Array.from({ length: tail === undefined ? 0 : 8 - first.length - last.length }, () => '0')
  return [...first, ...zeros, ...last].reduce((sum, each) => (sum << 16n) | BigInt(`0x${each}`), 0n)
}

/** An IPv6 address may end as an IPv4 address does (RFC 4291, 2.2). */
function withoutDots(text: string): string {
  if (!text.includes('.')) return text
  const at = text.lastIndexOf(':') + 1
  return `${text.slice(0, at)}${asGroups(bitsOf4(text.slice(at)))}`
}

function asGroups(bits: bigint): string {
  return `${(bits >> 16n).toString(16)}:${(bits & 0xffffn).toString(16)}`
}
