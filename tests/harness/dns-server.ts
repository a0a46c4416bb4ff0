import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram'
import { createServer, type Server, type Socket } from 'node:net'
import {
  type Answer,
  AUTHENTIC_DATA,
  decode,
  encode,
  type Packet,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
} from 'dns-packet'

/**
 * What the server does wrong, and for which questions.
 * servfail, refused: answers so. timeout: says nothing. delay: answers after `delayMs`.
 * truncate: cuts every answer by UDP and takes no TCP.
 */
export interface DnsFault {
  readonly kind: 'servfail' | 'refused' | 'timeout' | 'delay' | 'truncate'
  readonly delayMs?: number
  /** Share of the matching questions that meet the fault, spread evenly; 1 (all) if absent. */
  readonly share?: number
  /** Names (lower case) that meet the fault; all if absent. */
  readonly names?: RegExp
  readonly types?: readonly string[]
}

export interface AskedQuestion {
  readonly name: string
  readonly type: string
  readonly over: 'udp' | 'tcp'
}

/** Zone as data, in the JSON of the suite commands: name -> type -> records, or SERVFAIL, TIMEOUT, REFUSED. */
export type ZoneJson = Record<string, unknown>

/** A DNS server on loopback for tests and drills. Whatever the zone does not have, nor a `*` in it, gets NXDOMAIN. */
export interface TestDnsServer extends AsyncDisposable {
  readonly port: number
  /** As dns.servers takes it: `127.0.0.1:PORT`. */
  readonly address: string
  /** Every question that came in, oldest first, faulty ones included. */
  readonly asked: readonly AskedQuestion[]
  /** How many questions came in for a name (a part of it is enough); all if absent. */
  count(name?: string | RegExp): number
  setZone(zone: ZoneJson): void
  /** Faults from now on; none heals the server. The first that matches a question counts. */
  misbehave(...faults: DnsFault[]): void
  close(): Promise<void>
}

export interface TestDnsOptions {
  readonly zone?: ZoneJson
  /** TTL of records and of "no such name", in seconds; 1 if absent, so that changes show soon. */
  readonly ttl?: number
  readonly port?: number
  /** It says that it has validated what it answers, as a resolver with DNSSEC does. */
  readonly validates?: boolean
}

/** Starts a server on 127.0.0.1, on UDP and TCP of one port. */
export async function startDnsServer(options: TestDnsOptions = {}): Promise<TestDnsServer> {
  const { udp, tcp, port } = await openSockets(options.port ?? 0)
  const server = new ZoneServer(udp, tcp, port, options)
  udp.on('message', (bytes, from) => server.overUdp(bytes, from))
  tcp.on('connection', (socket) => server.overTcp(socket))
  return server
}

/** UDP and TCP on one port: the system's free UDP port may be taken for TCP, so a few are tried. */
async function openSockets(wanted: number): Promise<{ udp: UdpSocket; tcp: Server; port: number }> {
  for (let attempt = 0; ; attempt++) {
    const udp = createSocket('udp4')
    await new Promise<void>((resolve) => udp.bind(wanted, '127.0.0.1', resolve))
    const { port } = udp.address()
    const tcp = createServer()
    const bound = await new Promise<boolean>((resolve) => {
      tcp.once('error', () => resolve(false))
      tcp.listen(port, '127.0.0.1', () => resolve(true))
    })
    if (bound) return { udp, tcp, port }
    udp.close()
    if (wanted !== 0 || attempt > 20) throw new Error(`port ${port} is taken for TCP`)
  }
}

class ZoneServer implements TestDnsServer {
  readonly port: number
  readonly address: string
  readonly asked: AskedQuestion[] = []
  readonly #udp: UdpSocket
  readonly #tcp: Server
  readonly #ttl: number
  readonly #validates: boolean
  readonly #sockets = new Set<Socket>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #zone: Map<string, unknown>
  #faults: { fault: DnsFault; debt: number }[] = []

  constructor(udp: UdpSocket, tcp: Server, port: number, options: TestDnsOptions) {
    this.#udp = udp
    this.#tcp = tcp
    this.#ttl = options.ttl ?? 1
    this.#validates = options.validates ?? false
    this.#zone = readZone(options.zone ?? {})
    this.port = port
    this.address = `127.0.0.1:${port}`
  }

  count(name?: string | RegExp): number {
    if (name === undefined) return this.asked.length
    return this.asked.filter((each) =>
      typeof name === 'string' ? each.name.includes(name) : name.test(each.name),
    ).length
  }

  setZone(zone: ZoneJson): void {
    this.#zone = readZone(zone)
  }

  misbehave(...faults: DnsFault[]): void {
    this.#faults = faults.map((fault) => ({ fault, debt: 0 }))
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>((resolve) => this.#udp.close(resolve))
    await new Promise<void>((resolve) => this.#tcp.close(() => resolve()))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  overUdp(bytes: Buffer, from: RemoteInfo): void {
    const query = readQuery(bytes)
    if (query === null) return
    const size = query.additionals?.find((each) => each.type === 'OPT')?.udpPayloadSize ?? 512
    this.#answer(query, 'udp', (reply) => {
      const whole = encode(reply)
      const sent = whole.length <= size ? whole : encode(cut(reply))
      this.#udp.send(sent, from.port, from.address, () => undefined)
    })
  }

  overTcp(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => this.#sockets.delete(socket))
    // RFC 7766 has no TCP only for a server that is told to have none.
    if (this.#faults.some(({ fault }) => fault.kind === 'truncate')) return void socket.destroy()
    let received = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const length = received.readUInt16BE(0)
        const query = readQuery(received.subarray(2, 2 + length))
        received = received.subarray(2 + length)
        if (query === null) continue
        this.#answer(query, 'tcp', (reply) => {
          const bytes = encode(reply)
          const head = Buffer.alloc(2)
          head.writeUInt16BE(bytes.length)
          socket.write(Buffer.concat([head, bytes]))
        })
      }
    })
  }

  #answer(query: Packet, over: 'udp' | 'tcp', send: (reply: Packet) => void): void {
    const question = query.questions?.[0]
    if (question === undefined) return
    const name = question.name.toLowerCase()
    this.asked.push({ name, type: question.type, over })
    const fault = this.#faultFor(name, question.type)
    if (fault?.kind === 'timeout') return
    const reply =
      fault?.kind === 'servfail'
        ? { ...empty, rcode: 2 }
        : fault?.kind === 'refused'
          ? { ...empty, rcode: 5 }
          : this.#look(name, question.type)
    if (reply === null) return
    const packet: Packet = {
      type: 'response',
      id: query.id ?? 0,
      flags: RECURSION_DESIRED | RECURSION_AVAILABLE | (this.#validates ? AUTHENTIC_DATA : 0) | reply.rcode,
      questions: [question],
      answers: reply.answers,
      authorities: reply.authorities,
    }
    if (fault?.kind === 'truncate') send(cut(packet))
    else if (fault?.kind === 'delay') this.#later(fault.delayMs ?? 3000, () => send(packet))
    else send(packet)
  }

  #later(delayMs: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      action()
    }, delayMs)
    this.#timers.add(timer)
  }

  /** A share of 0.1 meets every tenth matching question: even, and the same in every run. */
  #faultFor(name: string, type: string): DnsFault | null {
    for (const entry of this.#faults) {
      const { fault } = entry
      if (fault.names !== undefined && !fault.names.test(name)) continue
      if (fault.types !== undefined && !fault.types.includes(type)) continue
      entry.debt += fault.share ?? 1
      if (entry.debt < 1 - 1e-9) return null
      entry.debt -= 1
      return fault
    }
    return null
  }

  #look(asked: string, type: string): Found | null {
    const answers: Answer[] = []
    let name = asked
    for (let link = 0; link < 12; link++) {
      const entry = this.#zone.get(name) ?? this.#wildcard(name)
      if (entry === undefined) return this.#nothing(answers, this.#hasBelow(name) ? 0 : 3)
      const failure = failureOf(entry)
      if (failure !== undefined) return failure
      const records = (entry as Record<string, unknown>)[type]
      const typeFailure = failureOf(records)
      if (typeFailure !== undefined) return typeFailure
      if (Array.isArray(records) && records.length > 0) {
        for (const record of records) answers.push({ name, type, ttl: this.#ttl, data: toWire(type, record) })
        return { rcode: 0, answers, authorities: [] }
      }
      const alias = (entry as Record<string, unknown>).CNAME
      if (!Array.isArray(alias) || alias.length === 0) return this.#nothing(answers, 0)
      answers.push({ name, type: 'CNAME', ttl: this.#ttl, data: alias[0] })
      name = String(alias[0]).toLowerCase().replace(/\.$/, '')
    }
    return { ...empty, rcode: 2 }
  }

  /** What stands at `*` above a name that is not there (RFC 4592). */
  #wildcard(name: string): unknown {
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      const found = this.#zone.get(`*${name.slice(dot)}`)
      if (found !== undefined) return found
    }
    return undefined
  }

  #hasBelow(name: string): boolean {
    for (const each of this.#zone.keys()) if (each.endsWith(`.${name}`)) return true
    return false
  }

  #nothing(answers: Answer[], rcode: number): Found {
    const data = {
      mname: 'ns.test',
      rname: 'host.test',
      serial: 1,
      refresh: 60,
      retry: 60,
      expire: 60,
      minimum: this.#ttl,
    }
    return { rcode, answers, authorities: [{ name: 'test', type: 'SOA', ttl: this.#ttl, data }] }
  }
}

interface Found {
  readonly rcode: number
  readonly answers: Answer[]
  readonly authorities: Answer[]
}

const empty: Found = { rcode: 0, answers: [], authorities: [] }

/** What a zone prescribes instead of records: null for silence, undefined where it prescribes nothing. */
function failureOf(value: unknown): Found | null | undefined {
  if (value === 'SERVFAIL') return { ...empty, rcode: 2 }
  if (value === 'REFUSED') return { ...empty, rcode: 5 }
  return value === 'TIMEOUT' ? null : undefined
}

function toWire(type: string, record: unknown): unknown {
  if (type === 'TXT') {
    const segments = Array.isArray(record) ? record : splitText(String(record))
    return segments.map((segment) => Buffer.from(String(segment), 'latin1'))
  }
  if (type === 'TLSA') {
    const { usage, selector, matchingType, data } = record as Record<string, unknown>
    return { usage, selector, matchingType, certificate: Buffer.from(String(data), 'hex') }
  }
  return record
}

function splitText(text: string): string[] {
  return text.match(/[\s\S]{1,255}/g) ?? ['']
}

function cut(reply: Packet): Packet {
  return { ...reply, answers: [], authorities: [], flags: (reply.flags ?? 0) | TRUNCATED_RESPONSE }
}

function readQuery(bytes: Buffer): Packet | null {
  try {
    const packet = decode(bytes)
    return packet.type === 'query' ? packet : null
  } catch {
    return null
  }
}

function readZone(zone: ZoneJson): Map<string, unknown> {
  return new Map(Object.entries(zone).map(([name, entry]) => [name.toLowerCase().replace(/\.$/, ''), entry]))
}
