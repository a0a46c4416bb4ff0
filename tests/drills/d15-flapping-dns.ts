import { type DnsFault, startDnsServer, type TestDnsServer, type ZoneJson } from '../harness/dns-server.ts'
import { type Offer, type Offered, offerAll } from '../harness/offer.ts'
import { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { Drill, DrillReport } from './drill.ts'
import { drillSite } from './drill-site.ts'
import { Witness } from './witness.ts'

const user = 'b@site.example'
/** Addresses that the sender domains allow, and one that they do not. */
const [allowed, stranger] = ['198.51.100.7', '203.0.113.66']

interface Variant {
  readonly name: string
  readonly fault: DnsFault
  /** Which of the two resolvers has it. */
  readonly on: 'one' | 'both'
}

const records = /^(?:_dmarc\.)?d\d+\.strict\.example$/
const variants: readonly Variant[] = [
  { name: '10 % SERVFAIL', fault: { kind: 'servfail', share: 0.1, names: records }, on: 'both' },
  { name: '100 % SERVFAIL', fault: { kind: 'servfail' }, on: 'one' },
  { name: '100 % silence', fault: { kind: 'timeout' }, on: 'one' },
  { name: 'all cut, no TCP', fault: { kind: 'truncate', names: records }, on: 'one' },
  { name: '3 s late', fault: { kind: 'delay', delayMs: 3000, share: 0.1, names: records }, on: 'both' },
  { name: '100 % SERVFAIL', fault: { kind: 'servfail', names: records }, on: 'both' },
]

/**
 * Sender domains with p=reject that pass by SPF alone, each asked for once so that no cache helps, and spoofs of them.
 * Two real resolvers over UDP and TCP, which fail in every way. What hears 4xx comes again, as a mail server does.
 */
export const flappingDns: Drill = {
  id: 'D15',
  name: 'Flapping DNS in authentication',
  incidents: ['2024-07-spf-flap-false-dmarc-rejects'],
  /** What DNS leaves open hears 451 after a while: a share of mail that is refused, and a stage that takes long. */
  about:
    /^(authentication-temperror|check-slow |probe-fails dns: |(deferred|refused|temperror)-share|stage-slow (accept|inspect) inbound )/,
  async run(report, { long }) {
    const [one, two] = [await startDnsServer({ zone: {} }), await startDnsServer({ zone: {} })]
    const sink = await Sink.start({ keep: true })
    const site = await drillSite(report, {
      domains: { 'site.example': sink.hop },
      users: [user],
      settings: {
        'dns.servers': [one.address, two.address],
        'dns.timeout': '1s',
        'gateway.trustXclient': ['127.0.0.0/8'],
        'inspection.temperror': 'defer',
      },
    })
    try {
      using witness = await Witness.beside(site, report)
      const since = Date.now()
      const putOff = new Set<string>()
      let first = 0
      const count = long ? 500 : 50
      for (const variant of variants) {
        for (const each of await flap(report, variant, { site, sink, one, two, first, count }))
          putOff.add(keyOf(each.mailFrom, each.ip))
        first += count
      }
      await assertSeen({ report, site, witness, since, putOff })
    } finally {
      await site[Symbol.asyncDispose]()
      await Promise.all([one.close(), two.close(), sink.down()])
    }
  },
}

interface Parts {
  readonly site: TestSite
  readonly sink: Sink
  readonly one: TestDnsServer
  readonly two: TestDnsServer
  readonly first: number
  readonly count: number
}

/** Answers what heard 451, once or more often. */
async function flap(report: DrillReport, { name, fault, on }: Variant, parts: Parts): Promise<Offered[]> {
  const { site, sink, one, two, first, count } = parts
  const numbers = Array.from({ length: count }, (_, n) => first + n)
  const zone = zoneOf(numbers)
  for (const server of [one, two]) {
    server.setZone(zone)
    server.misbehave(...(server === one || on === 'both' ? [fault] : []))
  }
  const where = `${name} on ${on === 'one' ? 'one of two resolvers' : 'both resolvers'}`
  const spoofs = numbers.filter((n) => n % 10 === 0).map((n) => letterOf(n, stranger, 'spoof'))
  const [good, spoofed] = await Promise.all([
    offerAll(
      site.smtpPort,
      numbers.map((n) => letterOf(n, allowed, 'good')),
      16,
    ),
    offerAll(site.smtpPort, spoofs, 4),
  ])
  for (const server of [one, two]) server.misbehave()
  const repairedAt = Date.now()
  const replies = [...good]
  let waiting = refused(good)
  while (waiting.length > 0 && Date.now() - repairedAt < 300_000) {
    await new Promise((resolve) => setTimeout(resolve, 1500))
    const again = await offerAll(site.smtpPort, waiting, 16)
    replies.push(...again)
    waiting = refused(again)
  }
  const hard = replies.filter((each) => each.reply.startsWith('5'))
  report.hold(`${where}: legitimate mail refused for good`, '0', hard.length, hard.length === 0)
  await waitUntil(
    'legitimate mail arrives',
    () => numbers.every((n) => has(sink, `good-${n}`)),
    300_000,
  ).catch(() => undefined)
  const arrived = numbers.filter((n) => has(sink, `good-${n}`)).length
  const seconds = ((Date.now() - repairedAt) / 1000).toFixed(1)
  report.hold(
    `${where}: legitimate mail delivered`,
    `${count}, <= 15 min after the repair`,
    `${arrived}, ${seconds} s (${refused(good).length} heard 451 first)`,
    arrived === count,
  )
  const open = spoofed.filter((each) => each.reply.startsWith('250'))
  const said = new Set(spoofed.map((each) => each.reply.slice(0, 3)))
  const fine = on === 'one' ? [...said].join() === '550' : open.length === 0
  // The resolver that is left stands still with the machine now and then: what it did not say in time is put off.
  const isPutOff = open.length === 0 && [...said].every((each) => each === '550' || each.startsWith('4'))
  report.hold(
    `${where}: spoofs`,
    on === 'one' ? 'all refused with 550' : 'none accepted',
    [...said].join(', '),
    fine,
    isPutOff ? 'timed' : undefined,
  )
  const leaked = sink.messages.filter((each) => each.content.includes('Subject: spoof-')).length
  report.invariant('I12', `${where}: spoofs delivered`, leaked, leaked === 0)
  return [...replies, ...spoofed].filter((each) => each.reply.startsWith('451'))
}

async function assertSeen({
  report,
  site,
  witness,
  since,
  putOff,
}: {
  readonly report: DrillReport
  readonly site: TestSite
  readonly witness: Witness
  readonly since: number
  /** Who heard 451, by `keyOf`. */
  readonly putOff: ReadonlySet<string>
}): Promise<void> {
  const { lines } = await site.json<{ lines: unknown[] }>('quarantine', 'list')
  report.hold('quarantined for what could not be checked', '0', lines.length, lines.length === 0)
  await witness.sees({
    ...{ what: 'temporary errors', since, alarm: 'authentication-temperror', withinMs: 120_000 },
    ...{ names: /DNS leaves results open.*(spf|dmarc)/i, component: 'gateway-filtering' },
  })
  const list = async () => {
    const { rows } = await site.json<{ rows: { mailFrom: string; client: { ip: string } }[] }>(
      // Before the drill the site was asked until it knew its domain.
      ...['affected', '--since', new Date(since).toISOString(), '--kind', 'refused', '--reply', '451'],
    )
    return new Set(rows.map(({ mailFrom, client }) => keyOf(mailFrom, client.ip)))
  }
  // Refusals are written a moment later than they are said.
  const isWhole = async () => {
    const found = await list()
    return [...putOff].every((each) => found.has(each)) && found
  }
  const listed = await waitUntil('refusals are written', isWhole, 60_000, 500).catch(list)
  const right = [...listed].filter((each) => putOff.has(each)).length
  report.sight(
    'list',
    'list of mail that heard 451: precision and recall',
    `${putOff.size} of ${putOff.size}`,
    `${right} right of ${listed.size}`,
    right === listed.size && right === putOff.size,
  )
  const books = await site.books()
  report.invariant('N-01', 'the books', books.balanced ? 'balance' : 'differ', books.balanced)
}

const keyOf = (mailFrom: string, ip: string) => `${mailFrom} ${ip}`

function refused(offered: readonly Offered[]): Offered[] {
  return offered.filter((each) => each.reply.startsWith('4'))
}

function has(sink: Sink, subject: string): boolean {
  return sink.messages.some((each) => each.content.includes(`Subject: ${subject}\r\n`))
}

function letterOf(n: number, ip: string, kind: string): Offer {
  const domain = `d${n}.strict.example`
  return {
    ip,
    helo: 'mx.strict.example',
    mailFrom: `a@${domain}`,
    to: user,
    content: `From: a@${domain}\r\nTo: ${user}\r\nSubject: ${kind}-${n}\r\nMessage-ID: <${kind}-${n}@${domain}>\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\nwords\r\n`,
  }
}

function zoneOf(numbers: readonly number[]): ZoneJson {
  const entries = numbers.flatMap((n) => [
    [`d${n}.strict.example`, { TXT: [`v=spf1 ip4:${allowed} -all`] }],
    [`_dmarc.d${n}.strict.example`, { TXT: ['v=DMARC1; p=reject'] }],
  ])
  return {
    ...Object.fromEntries(entries),
    '7.100.51.198.in-addr.arpa': { PTR: ['mx.strict.example'] },
    'mx.strict.example': { A: [allowed] },
  }
}
