import { randomBytes } from 'node:crypto'
import { attached } from '../harness/attached.ts'
import { Clamd, clamdMissing } from '../harness/clamd.ts'
import { startDnsServer, type TestDnsServer } from '../harness/dns-server.ts'
import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { TestAuthority } from '../harness/test-authority.ts'
import { TestDisk, whyNoDisk } from '../harness/test-disk.ts'
import { asInTheField } from './drill-site.ts'

const users = { plain: 'b@plain.example', sure: 'b@sure.example' } as const
const periodSeconds = 2
/** Names of our own next hops: DNS for them is of the house, and answers where that of the world does not. */
const plainHost = 'plain.hop.test'
const addresses = ['127.0.0.1', '127.0.33.1'] as const
/** Messages a second at each of the two gateways. */
export const usualRate = 10

/** Mail that takes longer is late: what the site itself calls so. */
export const lateMs = 2 * periodSeconds * 1000
const fieldPeriodSeconds = 30
export const compressed = `periods of ${periodSeconds} s stand for ${fieldPeriodSeconds} s, and late is what takes longer than ${lateMs / 1000} s in place of a minute; times are told with three periods as long as those of the field`

/** Two bad periods and the one in which a fault begins take longer in the field. */
export function inFieldMs(ms: number): number {
  return ms + 3 * (fieldPeriodSeconds - periodSeconds) * 1000
}

/** A site of three nodes, with all that the faults are put into. */
export interface BlindRig extends AsyncDisposable {
  readonly site: TestSite
  /** Accepts and inspects, with the jobs. */
  readonly first: TestSite
  /** Accepts and inspects. */
  readonly second: TestSite
  /** Sends. */
  readonly sender: TestSite
  readonly plain: Sink
  /** Its next hop, by a name. */
  readonly plainHop: string
  /** The plain one leaves the address that its name leads to; what it answers has the name follow. */
  movePlain(): Promise<() => void>
  /** Must be spoken to with TLS. */
  readonly sure: Sink
  /** Shows the sure one as it should be. */
  offerTls(): void
  readonly dns: TestDnsServer
  /** Null: there is none on this machine. */
  readonly scanner: Clamd | null
  readonly disk: TestDisk | null
  /** Mail by both gateways for both domains until it is stopped. @param rate messages a second at each */
  load(stop: AbortSignal, rate?: number): Promise<Sent[]>
}

/**
 * @param withDisk its data is on a disk that can be frozen; else in memory where that can be had, so that a disk that is
 * busy with others is no second fault
 */
export async function openBlindRig(withDisk: boolean): Promise<BlindRig> {
  const parts = new AsyncDisposableStack()
  try {
    const store = whyNoDisk() === null ? parts.use(withDisk ? TestDisk.ext4(600) : TestDisk.tmpfs(600)) : null
    const disk = withDisk ? store : null
    const authority = new TestAuthority()
    const leaf = authority.leaf({ names: ['sure.hop.test'] })
    const plain = parts.use(await Sink.start())
    const sure = parts.use(await Sink.start({ tls: leaf }))
    const zoneTo = (address: string) => ({ [plainHost]: { A: [address] } })
    const dns = parts.use(await startDnsServer({ zone: zoneTo(addresses[0]) }))
    const plainHop = plain.hop.replace(addresses[0], plainHost)
    const scanner = clamdMissing() === null ? parts.use(await Clamd.start()) : null
    const first = parts.use(
      await TestSite.start({
        ...(store && { folder: store.folder }),
        domains: { 'plain.example': plainHop, 'sure.example': `${sure.hop}?tls=required` },
        users: Object.values(users),
        roles: ['gateway', 'inspection', 'console', 'jobs'],
        settings: {
          'watch.period': `${periodSeconds}s`,
          ...asInTheField,
          'dns.servers': [dns.address],
          // A minute in the field, as long as two periods.
          'inspection.behindAfter': `${2 * periodSeconds}s`,
          'gateway.maxConnectionsPerClient': 400,
          'delivery.laneConnections': 10,
          ...(scanner && { 'antivirus.backends': [scanner.socket] }),
        },
      }),
    )
    const beside = async (node: string, roles: readonly string[]) => {
      const environment = { MAILKEEP_NODE_NAME: node }
      const site = await TestSite.beside(first, roles, { environment })
      parts.use(site)
      // One that stands still does not end, nor does what waits for it.
      parts.defer(() => site.signal('SIGCONT'))
      return site
    }
    const [second, sender] = [
      await beside('node-2', ['gateway', 'inspection']),
      await beside('node-3', ['delivery']),
    ]
    if (disk) parts.defer(() => disk.thaw())
    const owned = parts.move()
    return {
      ...{ site: first, first, second, sender, plain, plainHop, sure, dns, scanner, disk },
      offerTls: () => sure.offer(leaf),
      async movePlain() {
        const host = addresses.find((each) => !plain.hop.includes(each)) ?? addresses[0]
        await plain.move(host)
        return () => dns.setZone(zoneTo(host))
      },
      load: async (stop, rate = usualRate) =>
        (await Promise.all([first, second].map((each) => loadAt(each, rate, stop)))).flat(),
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    }
  } catch (cause) {
    await parts.disposeAsync()
    throw cause
  }
}

/** Every message has a file to scan, and a domain that nobody has asked DNS for. */
function loadAt(site: TestSite, rate: number, stop: AbortSignal): Promise<Sent[]> {
  const run = randomBytes(4).toString('hex')
  // Each file is another one: what has been scanned once is known.
  const letter = (index: number) => {
    const { header, body } = attached('notes.txt', Buffer.from(`notes ${run} ${index}\n`.repeat(20)))
    return `From: a@d${index}.${run}.example\r\nSubject: letter ${index}\r\n${header}\r\n${body}`
  }
  return sendLoad({
    port: () => site.smtpPort,
    messages: 100_000,
    connections: 40,
    perConnection: 50,
    rate,
    rcptTo: (index) => (index % 2 === 0 ? users.plain : users.sure),
    content: letter,
    stop,
  })
}
