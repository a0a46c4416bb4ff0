import { startDnsServer, type TestDnsServer } from './dns-server.ts'
import { Sink, type SinkBehaviour } from './sink.ts'

/** What a next hop does: see `openNextHops`. */
export type HopKind = 'healthy' | 'dead' | 'slow' | 'throttling'

export type HopNumbers = Readonly<Record<HopKind, number>>

/** One receiver with a domain, a server and an address of its own. */
export interface TestHop {
  readonly kind: HopKind
  readonly domain: string
  readonly ip: string
  /** Null: nobody listens. */
  readonly sink: Sink | null
  /** When messages were offered to it, and when taken. */
  readonly offeredAt: number[]
  readonly takenAt: number[]
}

export interface NextHops {
  readonly all: readonly TestHop[]
  readonly dns: TestDnsServer
  readonly port: number
  /** Settings of a site that is to see them. */
  readonly settings: Readonly<Record<string, unknown>>
  of(kind: HopKind): TestHop[]
  /** Forgets what came, for another round. */
  clear(): void
  close(): Promise<void>
}

export interface HopTimes {
  /** How long a slow one thinks about each message. */
  readonly slowMs: number
  /** Messages that a throttling one takes in each stretch of `windowMs`. */
  readonly limit: number
  readonly windowMs: number
}

/**
 * The world as a sender finds it: every hop is a domain `h1.test` with an MX of its own at an address of its own.
 *
 *   healthy     takes everything at once
 *   dead        half of them refuse connections, half take them and never say a word
 *   slow        takes each message after `slowMs`
 *   throttling  takes `limit` messages in any stretch of `windowMs`, and puts the rest off
 */
export async function openNextHops(numbers: HopNumbers, times: HopTimes): Promise<NextHops> {
  const first = await Sink.start()
  const { port } = first
  await first.down()
  const all: TestHop[] = []
  for (const kind of ['healthy', 'dead', 'slow', 'throttling'] as const)
    for (let n = 0; n < numbers[kind]; n++) all.push(await openHop(kind, all.length + 1, n, port, times))
  const dns = await startDnsServer({ zone: Object.fromEntries(all.flatMap(zoneOf)), ttl: 600 })
  return {
    all,
    dns,
    port,
    settings: { 'dns.servers': [dns.address], 'delivery.mxPort': port },
    of: (kind) => all.filter((each) => each.kind === kind),
    clear() {
      for (const { sink, offeredAt, takenAt } of all) {
        sink?.messages.splice(0)
        offeredAt.splice(0)
        takenAt.splice(0)
      }
    },
    async close() {
      for (const { sink } of all) await sink?.down()
      await dns.close()
    },
  }
}

async function openHop(
  kind: HopKind,
  number: number,
  nth: number,
  port: number,
  times: HopTimes,
): Promise<TestHop> {
  const ip = `127.1.${number >> 8}.${number & 255}`
  const [offeredAt, takenAt]: [number[], number[]] = [[], []]
  const isThere = kind !== 'dead' || nth % 2 === 0
  const behaviour = behaviourOf(kind, times, offeredAt)
  const sink = isThere
    ? await Sink.start({ host: ip, port, behaviour, onMessage: ({ at }) => takenAt.push(at) })
    : null
  return { kind, domain: `h${number}.test`, ip, sink, offeredAt, takenAt }
}

function behaviourOf(kind: HopKind, times: HopTimes, offeredAt: number[]): SinkBehaviour {
  const granted: number[] = []
  return (stage) => {
    if (stage === 'rcpt') offeredAt.push(Date.now())
    if (kind === 'dead' && stage === 'connect') return { kind: 'stall' }
    if (kind === 'slow' && stage === 'final') return { kind: 'slow', ms: times.slowMs }
    if (kind !== 'throttling' || stage !== 'rcpt') return undefined
    const since = Date.now() - times.windowMs
    while ((granted[0] ?? Infinity) <= since) granted.shift()
    if (granted.length >= times.limit) return '421 4.7.28 Your sending rate limit was exceeded, slow down'
    granted.push(Date.now())
    return undefined
  }
}

function zoneOf({ domain, ip }: TestHop): [string, object][] {
  return [
    [domain, { MX: [{ preference: 10, exchange: `mx.${domain}` }] }],
    [`mx.${domain}`, { A: [ip] }],
  ]
}

/** Most of these moments that lie in one stretch of `windowMs`. */
export function mostWithin(moments: readonly number[], windowMs: number): number {
  const sorted = [...moments].sort((a, b) => a - b)
  let [most, from] = [0, 0]
  for (const [at, moment] of sorted.entries()) {
    while (moment - (sorted[from] ?? 0) >= windowMs) from += 1
    most = Math.max(most, at - from + 1)
  }
  return most
}
