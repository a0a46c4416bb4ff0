import { type Answer, AUTHENTIC_DATA, decode, encode, type Packet, RECURSION_DESIRED } from 'dns-packet'
import type { DnsAnswer, RecordData, RecordType } from './resolver.ts'

/** Records of one answer that are kept; mail needs a handful, and hostile zones send thousands. */
const maxRecords = 500
/** Links of a chain of CNAMEs inside one answer. */
const maxLinks = 16
/** Size that passes nearly every path unfragmented (DNS flag day 2020). */
const udpPayload = 1232

/** What one server said, and for how long it may be kept. */
export interface TimedAnswer<T extends RecordType> {
  readonly answer: DnsAnswer<T>
  /** Seconds; null where the server gave none, as for failures. */
  readonly ttl: number | null
}

/** What became of the bytes of one reply. */
export type Reading<T extends RecordType> =
  | { readonly kind: 'answer'; readonly timed: TimedAnswer<T> }
  /** Not the reply to our question: a stray or forged packet, to be ignored while the true one may come. */
  | { readonly kind: 'stranger' }
  | { readonly kind: 'truncated' }
  /** The server does not know EDNS0 (RFC 6891, 7): ask again without. */
  | { readonly kind: 'no-edns' }

/** The bytes of a question, with recursion asked for, and to be told whether the answer was validated (RFC 6840, 5.7). */
export function encodeQuestion(id: number, name: string, type: RecordType, edns: boolean): Buffer {
  const packet: Packet = {
    type: 'query',
    id,
    flags: RECURSION_DESIRED | AUTHENTIC_DATA,
    questions: [{ name, type, class: 'IN' }],
  }
  if (edns) packet.additionals = [{ type: 'OPT', name: '.', udpPayloadSize: udpPayload }]
  return encode(packet)
}

/**
 * Reads the reply to a question. Never throws: what cannot be decoded is a failure of that server.
 * The question in the reply must be ours (RFC 5452, 9.1), without regard to case.
 */
export function readReply<T extends RecordType>(
  bytes: Buffer,
  id: number,
  name: string,
  type: T,
): Reading<T> {
  // The id stands in the first two bytes: a stray packet is told apart before anything is decoded.
  if (bytes.length < 12 || bytes.readUInt16BE(0) !== id) return { kind: 'stranger' }
  let packet: Packet
  try {
    packet = decode(bytes)
  } catch {
    if (truncatedBit(bytes)) return { kind: 'truncated' }
    return failed('servfail', 'the answer could not be read')
  }
  if (packet.type !== 'response') return { kind: 'stranger' }
  const question = packet.questions?.[0]
  const rcode = packet.rcode ?? 'NOERROR'
  if (question === undefined) {
    return rcode === 'FORMERR' ? { kind: 'no-edns' } : failed('servfail', `the server answered ${rcode}`)
  }
  if (question.name.toLowerCase() !== name || question.type !== type) return { kind: 'stranger' }
  if (packet.flag_tc) return { kind: 'truncated' }
  return readRcode(packet, rcode, name, type)
}

function readRcode<T extends RecordType>(packet: Packet, rcode: string, name: string, type: T): Reading<T> {
  const extended = packet.additionals?.find((each) => each.type === 'OPT')?.extendedRcode ?? 0
  if (extended !== 0) return { kind: 'no-edns' }
  if (rcode === 'FORMERR' || rcode === 'NOTIMP') return { kind: 'no-edns' }
  if (rcode === 'REFUSED') return failed('refused', 'the server refused to answer')
  if (rcode !== 'NOERROR' && rcode !== 'NXDOMAIN') return failed('servfail', `the server answered ${rcode}`)
  const found = collect(packet.answers ?? [], name, type)
  const secure = packet.flag_ad ? { secure: true } : {}
  if (found === null) return failed('servfail', 'the chain of CNAMEs in the answer has no end')
  if (found.records.length > 0) {
    const answer = { status: 'found', records: found.records, ...secure } as const
    return { kind: 'answer', timed: { answer, ttl: found.ttl } }
  }
  const status = rcode === 'NXDOMAIN' ? 'nxdomain' : 'nodata'
  return {
    kind: 'answer',
    timed: { answer: { status, ...secure }, ttl: negativeTtl(packet.authorities ?? []) },
  }
}

/** The records of the type asked for at the end of the chain of CNAMEs that starts at the name. */
function collect<T extends RecordType>(
  answers: Answer[],
  name: string,
  type: T,
): { records: RecordData[T][]; ttl: number } | null {
  let ttl = Number.POSITIVE_INFINITY
  let owner = name
  for (let link = 0; link <= maxLinks; link++) {
    const own = answers.filter((each) => each.name.toLowerCase() === owner)
    const direct = own.filter((each) => each.type === type).slice(0, maxRecords)
    if (direct.length > 0) {
      for (const each of direct) ttl = Math.min(ttl, each.ttl ?? 0)
      const records = direct.map((each) => readData(type, each.data)).filter((each) => each !== null)
      return { records, ttl }
    }
    const alias = own.find((each) => each.type === 'CNAME')
    if (alias === undefined) return { records: [], ttl: 0 }
    ttl = Math.min(ttl, alias.ttl ?? 0)
    owner = String(alias.data).toLowerCase()
  }
  return null
}

/** RFC 2308, 5: the lesser of the SOA's own time and its minimum field. */
function negativeTtl(authorities: Answer[]): number | null {
  const soa = authorities.find((each) => each.type === 'SOA')
  if (soa === undefined) return null
  const minimum = (soa.data as { minimum?: number } | undefined)?.minimum ?? 0
  return Math.min(soa.ttl ?? 0, minimum)
}

/** One record in our shape; null where the library gave something else than the type promises. */
function readData<T extends RecordType>(type: T, data: unknown): RecordData[T] | null {
  const read = readers[type] as (data: never) => RecordData[T]
  try {
    return read(data as never)
  } catch {
    return null
  }
}

const readers: { readonly [T in RecordType]: (data: never) => RecordData[T] } = {
  A: (data: string) => data,
  AAAA: (data: string) => data,
  PTR: (data: string) => data,
  CNAME: (data: string) => data,
  NS: (data: string) => data,
  MX: (data: { preference?: number; exchange: string }) => ({
    preference: data.preference ?? 0,
    exchange: data.exchange,
  }),
  TXT: (data: Buffer[]) => data.map((segment) => segment.toString('latin1')),
  SOA: (data: { minimum: number }) => ({ minimum: data.minimum }),
  SRV: (data: RecordData['SRV']) => ({
    priority: data.priority,
    weight: data.weight,
    port: data.port,
    target: data.target,
  }),
  TLSA: (data: { usage: number; selector: number; matchingType: number; certificate: Buffer }) => ({
    usage: data.usage,
    selector: data.selector,
    matchingType: data.matchingType,
    data: data.certificate.toString('hex'),
  }),
  CAA: (data: RecordData['CAA']) => ({ flags: data.flags, tag: data.tag, value: data.value }),
}

function truncatedBit(bytes: Buffer): boolean {
  return ((bytes[2] ?? 0) & 2) !== 0
}

function failed(status: 'servfail' | 'refused', reason: string): Reading<never> {
  return { kind: 'answer', timed: { answer: { status, reason }, ttl: null } }
}
