import { settledBooks } from '../harness/books.ts'
import { startDnsServer, type TestDnsServer, type ZoneJson } from '../harness/dns-server.ts'
import { type Offer, type Offered, offerUntilAnswered } from '../harness/offer.ts'
import { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { Drill, DrillReport } from './drill.ts'
import { drillSite } from './drill-site.ts'
import { Witness } from './witness.ts'

const user = 'b@site.example'
const zone = 'bl.example'
/** Addresses of a giant that the settings know, of one that they do not, of small honest servers, and of spammers. */
const ranges = { giant: '198.51.100', other: '192.0.2', small: '203.0.113', spam: '198.18.7' } as const
type Range = keyof typeof ranges

interface Parts {
  readonly witness: Witness
  readonly site: TestSite
  readonly dns: TestDnsServer
  readonly settings: Readonly<Record<string, unknown>>
  readonly count: number
}

/** One list, as it is set in the field: heavy, but unable to condemn by itself. */
const ask = `address ${zone} 127.0.0.2=150`

/**
 * A list of addresses lists 30 % of two large providers, then everything, then nothing, then refuses all questions.
 * Clean mail authenticates by SPF with DMARC p=reject. Half of the spam is caught by its own signs, the other half only
 * with the help of the list.
 */
export const giantListed: Drill = {
  id: 'D16',
  name: 'Blocklist lists a giant',
  incidents: ['spamcop-lists-m365-ranges'],
  /** Half of the spam is caught all the time, and what a list helps into quarantine besides. */
  about: /^(list-|quarantined-share inbound )/,
  async run(report, { long }) {
    report.note('compressed', 'probation of a muted list 2 s; the product takes 5 min')
    const dns = await startDnsServer({ zone: listZone(honest()) })
    const sink = await Sink.start()
    const settings = {
      'dns.servers': [dns.address],
      // It always answers: a moment in which the machine stands still is not one in which DNS is silent.
      'dns.timeout': '20s',
      'gateway.trustXclient': ['127.0.0.0/8'],
      'lists.ask': [ask],
      'lists.sharedSenders': ['giant.example'],
      'lists.probation': '2s',
    }
    const site = await drillSite(report, { domains: { 'site.example': sink.hop }, users: [user], settings })
    try {
      using witness = await Witness.beside(site, report)
      const parts = { site, dns, settings, count: long ? 1000 : 60, witness }
      const before = await caughtSpam(parts, await spam(parts))
      await thirtyPercent(report, parts, before)
      await everything(report, parts)
      await nothingOrRefused(report, parts)
      await killSwitch(report, parts, settings)
      await undone(report, parts, sink)
      const books = await site.books()
      report.invariant('N-01', 'the books', books.balanced ? 'balance' : 'differ', books.balanced)
      report.invariant('I2', 'returned to the sender', books.returned ?? 0, books.returned === 0)
    } finally {
      await site[Symbol.asyncDispose]()
      await Promise.all([dns.close(), sink.down()])
    }
  },
}

async function thirtyPercent(report: DrillReport, parts: Parts, before: number): Promise<void> {
  parts.dns.setZone(listZone([...honest(), ...addresses('giant', 3), ...addresses('other', 3)]))
  const started = Date.now()
  const held = await falselyHeld(parts, [...(await clean(parts, 'giant')), ...(await clean(parts, 'other'))])
  report.hold(
    '30 % of two giants listed: clean authenticated mail held',
    '<= 0.1 %',
    `${held} of ${parts.count * 2}`,
    held <= parts.count * 0.002,
  )
  const caught = await caughtSpam(parts, await spam(parts))
  report.hold('spam caught', '>= 99 % of before', `${caught} of ${before}`, caught >= before * 0.99)
  await waitUntil(
    'the alarm',
    async () => (await alarms(parts.site)).includes('list-hits-provider'),
    60_000,
    200,
  )
  const seconds = Math.round((Date.now() - started) / 1000)
  report.see('alarm that it lists much of a provider', '<= 10 min', `${seconds} s`, seconds <= 600, 'timed')
}

async function everything(report: DrillReport, parts: Parts): Promise<void> {
  parts.dns.setZone({ ...listZone(honest()), [`*.${zone}`]: { A: ['127.0.0.2'] } })
  const started = Date.now()
  const held = await falselyHeld(parts, [...(await clean(parts, 'giant')), ...(await clean(parts, 'small'))])
  report.hold(
    'lists 0.0.0.0/0: clean authenticated mail held',
    '<= 0.1 %',
    `${held} of ${parts.count * 2}`,
    held <= parts.count * 0.002,
  )
  await mutedByItself(report, parts, 'lists 0.0.0.0/0', started)
}

async function nothingOrRefused(report: DrillReport, parts: Parts): Promise<void> {
  for (const [what, entries] of [
    ['lists nothing', { ...listZone([]), [`2.0.0.127.${zone}`]: {} }],
    ['refuses with 127.255.255.254', { ...listZone([]), [`*.${zone}`]: { A: ['127.255.255.254'] } }],
  ] as const) {
    await comesBack(report, parts, `before it ${what}`)
    parts.dns.setZone(entries as ZoneJson)
    const started = Date.now()
    const held = await falselyHeld(parts, await clean(parts, 'small'))
    report.hold(`${what}: clean authenticated mail held`, '<= 0.1 %', `${held} of ${parts.count}`, held === 0)
    await mutedByItself(report, parts, what, started)
    const own = await caughtSpam(
      parts,
      (await spam(parts)).filter((each) => each.mailFrom.includes('hard')),
    )
    report.invariant(
      'I12',
      `${what}: spam with signs of its own caught`,
      `${own} of ${parts.count / 4}`,
      own === parts.count / 4,
    )
  }
}

/** Until a message says that the list does not count. */
async function mutedByItself(report: DrillReport, parts: Parts, what: string, since: number): Promise<void> {
  await waitUntil(
    'it is muted',
    async () => /list-(?:muted|not-counted)/.test(await codes(parts)),
    180_000,
    500,
  )
  const seconds = Math.round((Date.now() - since) / 1000)
  report.hold(`${what}: switched off by itself`, '<= 60 s', `${seconds} s`, seconds <= 60, 'timed')
}

async function comesBack(report: DrillReport, parts: Parts, what: string): Promise<void> {
  parts.dns.setZone(listZone(honest()))
  const since = Date.now()
  // Each inspection thread has its own view: all of the latest answers must count.
  const counts = async () => {
    const found = await Promise.all([codes(parts), codes(parts), codes(parts), codes(parts)])
    return found.every((each) => each.includes('list-hit'))
  }
  await waitUntil('it counts again', counts, 90_000, 300)
  report.hold(
    `good again ${what}: its weight returns after probation`,
    'by itself',
    `${Math.round((Date.now() - since) / 1000)} s`,
    true,
  )
}

async function killSwitch(
  report: DrillReport,
  parts: Parts,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  await comesBack(report, parts, 'before the switch')
  parts.site.configure({ ...settings, 'lists.off': [zone] })
  parts.site.signal('SIGHUP')
  const started = Date.now()
  const asked = parts.dns.count(zone)
  await waitUntil(
    'it weighs nothing',
    async () => (await codes(parts)).includes('list-not-counted'),
    60_000,
    200,
  )
  const seconds = (Date.now() - started) / 1000
  report.hold(
    'switched off by hand: in force without a restart',
    '<= 60 s',
    `${seconds.toFixed(1)} s`,
    seconds <= 60,
    'timed',
  )
  const more = parts.dns.count(zone) - asked
  report.hold('and is asked on for evidence', '> 0 questions', more, more > 0)
}

/**
 * The list lists small servers whose mail does not authenticate, so it helps clean mail into quarantine. People release
 * some of it; then the list is switched off by a command.
 */
async function undone(report: DrillReport, parts: Parts, sink: Sink): Promise<void> {
  const { site, count } = parts
  site.configure(parts.settings)
  site.signal('SIGHUP')
  await comesBack(report, parts, 'before it lists small servers')
  parts.dns.setZone(listZone([...honest(), ...addresses('small', 10)]))
  const bad = (await spam(parts)).filter((each) => each.mailFrom.includes('hard'))
  const letters = Array.from({ length: count }, () => letterOf('small', next(), 'soft'))
  const sent = await offerUntilAnswered(site.smtpPort, letters, 8)
  const aside = await quarantined(site)
  const caught = sent.filter((each) => aside.has(each.id))
  const { mail } = await site.json<{ mail: { messageId: string; onlyByIt: boolean }[] }>(
    'lists',
    'kept',
    zone,
    '--limit',
    '10000',
  )
  const listed = new Set(mail.filter((each) => each.onlyByIt).map((each) => each.messageId))
  const found = caught.filter((each) => listed.has(each.id)).length
  report.sight(
    'list',
    'list of mail caught mainly by that list',
    `${caught.length}`,
    found,
    found === caught.length,
  )
  const wrong = bad.filter((each) => listed.has(each.id)).length
  report.sight('list', 'on it, of mail with signs of its own', '0', wrong, wrong === 0)
  await releasedByPeople(parts, caught)
  await leavesByItself(report, parts, caught, sink)
  const kept = await quarantined(site)
  const lost = bad.filter((each) => each.id !== '' && !kept.has(each.id)).length
  report.invariant('I12', 'spam with signs of its own that left with it', lost, lost === 0)
}

async function releasedByPeople({ site, witness }: Parts, caught: readonly Offered[]): Promise<void> {
  const started = Date.now()
  // More than a tenth of all that the list has caught since the drill began, spam included.
  const waiting = caught.slice(0, Math.ceil(caught.length / 2))
  const person = async () => {
    for (let each = waiting.pop(); each; each = waiting.pop())
      await site.must('quarantine', 'release', each.id)
  }
  await Promise.all([person(), person(), person()])
  await witness.sees({
    ...{ what: 'people release what a list caught', since: started, alarm: 'list-hits-released' },
    ...{ withinMs: 600_000, names: new RegExp(`the list ${zone} `), component: 'gateway-filtering' },
  })
}

async function leavesByItself(
  report: DrillReport,
  { site }: Parts,
  caught: readonly Offered[],
  sink: Sink,
): Promise<void> {
  const started = Date.now()
  await site.must('lists', 'off', zone, '--why', 'drill')
  const copies = (each: Offered) => {
    const id = /Message-ID: (\S+)/.exec(each.content)?.[1]
    return sink.messages.filter((message) => message.headerMessageId === id).length
  }
  await waitUntil('it leaves', () => caught.every((each) => copies(each) > 0), 900_000, 200)
  const seconds = Math.round((Date.now() - started) / 1000)
  report.hold(
    'switched off by a command: clean mail that only it had caught leaves without a click',
    '<= 15 min',
    `${caught.length} in ${seconds} s`,
    caught.length > 0 && seconds <= 900,
  )
  const doubled = caught.filter((each) => copies(each) > 1).length
  report.invariant('I5', 'delivered twice', doubled, doubled === 0)
}

/** Codes of the findings of one message from a spammer that only the list knows. */
async function codes(parts: Parts): Promise<string> {
  const [sent] = await offerUntilAnswered(parts.site.smtpPort, [letterOf('spam', next(), 'soft')], 1)
  const { traced } = await parts.site.json<{ traced: { explanation: { findings: { code: string }[] } } }>(
    'trace',
    sent?.id ?? '',
  )
  return traced.explanation.findings.map((each) => each.code).join(' ')
}

let serial = 0
const next = () => serial++

function clean({ site, count }: Parts, range: Range): Promise<Offered[]> {
  return offerUntilAnswered(
    site.smtpPort,
    Array.from({ length: count }, () => letterOf(range, next(), 'firm')),
    8,
  )
}

function spam({ site, count }: Parts): Promise<Offered[]> {
  return offerUntilAnswered(
    site.smtpPort,
    Array.from({ length: count / 2 }, (_, n) => letterOf('spam', next(), n % 2 === 0 ? 'soft' : 'hard')),
    8,
  )
}

/** How many were set aside, or not taken at all. */
async function falselyHeld(parts: Parts, sent: readonly Offered[]): Promise<number> {
  const aside = await quarantined(parts.site)
  return sent.filter((each) => each.id === '' || aside.has(each.id)).length
}

async function caughtSpam(parts: Parts, sent: readonly Offered[]): Promise<number> {
  const aside = await quarantined(parts.site)
  return sent.filter((each) => each.reply.startsWith('5') || aside.has(each.id)).length
}

/** What was answered may be checked to its end behind the answer, and is set aside then. */
async function quarantined(site: TestSite): Promise<Set<string>> {
  await settledBooks(site)
  const { lines } = await site.json<{ lines: { messageId: string }[] }>(
    'quarantine',
    'list',
    '--limit',
    '10000',
  )
  return new Set(lines.map((each) => each.messageId))
}

async function alarms(site: TestSite): Promise<string[]> {
  const { alarms: open } = await site.get<{ alarms: { name: string }[] }>('/api/v1/overview')
  return open.map((each) => each.name)
}

/** Host of a range by number: 1 to 100. */
const addressOf = (range: Range, n: number) => `${ranges[range]}.${(n % 100) + 1}`

/** Of every ten hosts of a range the first ones, as many as asked for. */
function addresses(range: Range, ofTen: number): string[] {
  return Array.from({ length: 100 }, (_, n) => n)
    .filter((n) => n % 10 < ofTen)
    .map((n) => addressOf(range, n))
}

/** What an honest list lists. */
const honest = () => addresses('spam', 10)

/** Sender domains: firm authenticates, soft and hard do not and say so with ~all and -all. */
function letterOf(range: Range, n: number, kind: 'firm' | 'soft' | 'hard'): Offer {
  const [ip, domain] = [addressOf(range, n), `${kind}.sender.example`]
  return {
    ip,
    helo: `out${(n % 100) + 1}.${range}.example`,
    mailFrom: `a${n}@${domain}`,
    to: user,
    content: `From: a${n}@${domain}\r\nTo: ${user}\r\nSubject: letter ${n}\r\nMessage-ID: <${n}@${domain}>\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\nThe minutes of our meeting follow tomorrow.\r\n`,
  }
}

function listZone(listed: readonly string[]): ZoneJson {
  const backwards = (ip: string) => ip.split('.').reverse().join('.')
  const hosts = (Object.keys(ranges) as Range[]).flatMap((range) =>
    addresses(range, 10).flatMap((ip, n) => [
      [`${backwards(ip)}.in-addr.arpa`, { PTR: [`out${n + 1}.${range}.example`] }],
      [`out${n + 1}.${range}.example`, { A: [ip] }],
    ]),
  )
  const clean = Object.entries(ranges).flatMap(([range, net]) =>
    range === 'spam' ? [] : [`ip4:${net}.0/24`],
  )
  return {
    ...Object.fromEntries(hosts),
    'firm.sender.example': { TXT: [`v=spf1 ${clean.join(' ')} -all`] },
    '_dmarc.firm.sender.example': { TXT: ['v=DMARC1; p=reject'] },
    'soft.sender.example': { TXT: ['v=spf1 ~all'] },
    'hard.sender.example': { TXT: ['v=spf1 -all'] },
    [`2.0.0.127.${zone}`]: { A: ['127.0.0.2'] },
    ...Object.fromEntries(listed.map((ip) => [`${backwards(ip)}.${zone}`, { A: ['127.0.0.2'] }])),
  }
}
