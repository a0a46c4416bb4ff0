import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink, type SinkAct } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { Drill, DrillReport } from './drill.ts'
import { drillSite } from './drill-site.ts'
import { checkInvariants, percentile, transit } from './measure.ts'
import { Witness } from './witness.ts'

/** Hours of the product are seconds here. */
const settings = {
  'delivery.retry': ['1s', '2s', '4s'],
  'delivery.commandTimeout': '2s',
  'delivery.connectTimeout': '2s',
  'delivery.slowWait': '1s',
  'delivery.paceStep': '1s',
  'watch.period': '2s',
}
const bigDomains = ['one.example', 'two.example', 'three.example']
const twoDays = 2 * 86_400_000
/** Where the provider is, apart from all others, and how the operator has named it. */
const [bigHost, provider] = ['127.0.19.1', 'Big Mail']

interface Parts {
  readonly site: TestSite
  readonly report: DrillReport
  readonly big: Sink
  readonly calm: Sink
  readonly count: number
  readonly witness: Witness
  /** T0 of its troubles. */
  since: number
}

interface UpstreamFault {
  readonly provider: string | null
  readonly startedAt: string
  readonly endedAt: string | null
}

interface Waiting {
  readonly rcptTo: string
  readonly expiresAt: number | string
}

/**
 * A provider of three domains drops a third of its sessions, then all, and comes back zone by zone; six in ten messages
 * are for it. The others are as quick as ever, nothing bounces, what waits is known, and it is not run down again.
 */
export const receiverDown: Drill = {
  id: 'D19',
  name: 'Big receiver or source down',
  incidents: ['2026-01-m365-outage-defers-mail'],
  about:
    /^(receiver-trouble|deferred-share inbound 127\.0\.19\.1|queue-grows inbound|next-hop-(down|defers)|drain-behind|mail-flow (one|two|three)\.example)/,
  async run(report, { long }) {
    report.note('compressed', 'hours of an outage are seconds; tries come after 1, 2, 4 s')
    report.note(
      'not in it',
      'bypass of our route by domain; broken submissions, see tests/scenarios/sending.test.ts',
    )
    const [big, calm] = [await Sink.start({ host: bigHost }), await Sink.start()]
    const feed = await silentProvider()
    const domains = Object.fromEntries(bigDomains.map((each) => [each, big.hop]))
    const site = await drillSite(report, {
      domains: { ...domains, 'calm.example': calm.hop },
      users: [...bigDomains.map((each) => `b@${each}`), 'b@calm.example'],
      settings: {
        ...settings,
        'upstream.feeds': [`${provider} http://127.0.0.1:${portOf(feed)}/incidents.json ${bigHost}`],
        'web.allowNetworks': ['127.0.0.0/8'],
      },
    })
    try {
      using witness = await Witness.beside(site, report)
      const parts = { site, report, big, calm, count: long ? 1000 : 100, witness, since: 0 }
      const quick = await sendMix(parts)
      await waitUntil('all of it arrives', () => arrived(parts) >= quick.length, 120_000)
      parts.since = Date.now()
      const [some, all] = [await failSome(parts, quick), await failAll(parts)]
      await comeBack(parts)
      const sent = [...quick, ...some, ...all, ...(await endsUpstream(parts))]
      await checkInvariants(report, site, [big, calm], sent)
    } finally {
      await site[Symbol.asyncDispose]()
      await Promise.all([big.down(), calm.down()])
      feed.closeAllConnections()
      feed.close()
    }
  },
}

/** Six in ten for the big receiver. */
function sendMix({ site, count }: Parts): Promise<Sent[]> {
  const to = (index: number) => (index % 5 < 3 ? bigDomains[index % bigDomains.length] : 'calm.example')
  return sendLoad({
    comesAgain: true,
    port: () => site.smtpPort,
    ...{ messages: count, connections: 4, perConnection: 50, rcptTo: (index) => `b@${to(index)}` },
  })
}

/** 421, 451, silence and resets in three of ten sessions. */
async function failSome(parts: Parts, quick: readonly Sent[]): Promise<Sent[]> {
  const { big, calm, report } = parts
  const faults: Readonly<Record<number, readonly [string, SinkAct]>> = {
    3: ['connect', '421 4.3.2 Service not available'],
    6: ['mail', { kind: 'stall' }],
    9: ['rcpt', { kind: 'reset' }],
  }
  big.behaviour = (stage, _argument, count, { connection }) => {
    const [where, act] = faults[connection % 10] ?? []
    if (stage === where) return act
    return stage === 'rcpt' && count % 20 === 0 ? '451 4.3.2 Server busy, try again' : undefined
  }
  const had = calm.messages.length
  const sent = await sendMix(parts)
  await waitUntil('the others have all of theirs', () => calm.messages.length >= had + forCalm(sent), 120_000)
  report.note('transit of others, before', `${percentile(transit(quick, calm), 0.99)} ms (p99)`)
  return sent
}

/** Nothing goes through. */
async function failAll(parts: Parts): Promise<Sent[]> {
  const { big, calm, report, site, witness, since } = parts
  big.behaviour = (stage, _argument, count) =>
    // Sessions that are open already end too.
    stage === 'connect' || stage === 'mail'
      ? count % 2 === 0
        ? { kind: 'reset' }
        : '421 4.3.2 Service not available'
      : undefined
  const had = calm.messages.length
  const sent = await sendMix(parts)
  await waitUntil('the others have all of theirs', () => calm.messages.length >= had + forCalm(sent), 120_000)
  const slowest = percentile(transit(sent, calm), 0.99)
  report.hold(
    'others, with 60 % of the mail for a dead one (p99)',
    '<= 2 s',
    `${slowest} ms`,
    slowest <= 2000,
    'timed',
  )
  await witness.sees({
    ...{ what: 'the whole receiver', since, alarm: 'receiver-trouble', withinMs: 300_000 },
    ...{ names: /upstream, our service works: \S+ takes .*since .*mail for \d+ domains waits/ },
    component: null,
  })
  // Upstream: our service works, and the page says so.
  await witness.stayed('the whole receiver', 'gateway-filtering', 'gateway-delivery', 'console')
  await tellsUpstream(parts)
  await waitUntil(
    'all of its mail of now waits',
    async () => (await site.waiting()).length >= sent.length - forCalm(sent),
  )
  const waiting = (await site.waiting()) as unknown as Waiting[]
  const domains = [...new Set(waiting.map((each) => each.rcptTo.split('@')[1] ?? ''))].sort()
  report.see(
    'waiting mail by domain',
    bigDomains.toSorted().join(' '),
    domains.join(' '),
    domains.join() === bigDomains.toSorted().join(),
  )
  const soonest = Math.min(...waiting.map((each) => new Date(each.expiresAt).getTime())) - Date.now()
  const hours = Math.floor(soonest / 3_600_000)
  report.hold(
    'the first of it that would bounce',
    'not before 48 h',
    `${hours} h`,
    soonest >= twoDays - 600_000,
  )
  const { returned = 0 } = await site.books()
  report.hold('returned meanwhile', '0', returned, returned === 0)
  return sent
}

/** One zone of five works, then all; it is met by a few connections first. */
async function comeBack(parts: Parts): Promise<void> {
  const { big, report, site } = parts
  const open: number[] = []
  const zones = (of: number) => {
    big.behaviour = (stage, _argument, _count, { connection }) => {
      if (stage === 'connect' && connection % 5 >= of) return '421 4.3.2 Service not available'
      if (stage === 'final' && open.length < 5) open.push(big.open)
      return undefined
    }
  }
  const had = big.messages.length
  zones(1)
  await waitUntil('the first zone takes some', () => big.messages.length >= had + 3, 120_000, 50)
  zones(5)
  await waitUntil('nothing waits', async () => (await site.waiting()).length === 0, 180_000, 200)
  const most = Math.max(...open.map((each, at) => each - at))
  report.hold('connections while the first five messages go, beyond one for each', '<= 5', most, most <= 5)
  const ended = await waitUntil(
    'the alarm ends',
    async () => (await trouble(parts)) === null,
    300_000,
    500,
  ).then(() => true)
  report.see('the end, from our own deliveries', 'told', ended ? 'told' : 'not told', ended)
}

/** A provider that tells of no fault: what is said of it comes from our own deliveries. */
async function silentProvider(): Promise<Server> {
  const feed = createServer((_request, response) => response.end(JSON.stringify({ incidents: [] })))
  await new Promise<void>((resolve) => feed.listen(0, '127.0.0.1', resolve))
  return feed
}

const portOf = (server: Server) => (server.address() as AddressInfo).port

async function upstreamFault({ site }: Parts): Promise<UpstreamFault | undefined> {
  const { faults } = await site.get<{ faults: UpstreamFault[] }>('/api/v1/upstream')
  return faults.find((each) => each.provider === provider)
}

/** The section of the public page for faults of others, as one line. */
function upstreamOnPage({ site }: Parts): string {
  const page = readFileSync(join(site.folder, 'data', 'status', 'index.html'), 'utf8')
  const [, section = ''] = page.split('Faults of other providers now')
  return section.split('</section>')[0]?.replace(/<[^>]*>|\s+/g, ' ') ?? ''
}

/** ST-08: the page names the provider, and since when by our own deliveries. */
async function tellsUpstream(parts: Parts): Promise<void> {
  const { report, since } = parts
  const isTold = () => /Big Mail.*Our service works/.test(upstreamOnPage(parts))
  const told = await waitUntil('the page tells of the provider', isTold, 120_000, 250).catch(() => false)
  const at = (Date.now() - since) / 1000
  const fault = await upstreamFault(parts)
  const from = fault ? (Date.parse(fault.startedAt) - since) / 1000 : Number.NaN
  const measured = told ? `after ${at.toFixed(1)} s, since T0 + ${from.toFixed(1)} s` : 'not told'
  const bound = `${provider} under faults of other providers, our service works, since T0 or later`
  // A period begins before the fault that falls into it.
  const held = Boolean(told) && from >= -4
  const isUntold = told ? undefined : 'timed'
  report.sight('status', 'the whole receiver: told as upstream', bound, measured, held, isUntold)
}

/** It is over when our own deliveries say so: they go on, as mail does. Answers what was sent for that. */
async function endsUpstream(parts: Parts): Promise<Sent[]> {
  const sent: Sent[] = []
  const round = async () => {
    sent.push(...(await sendMix(parts)))
    return (await upstreamFault(parts))?.endedAt
  }
  const ended = await waitUntil('its end is measured', round, 120_000, 1000).catch(() => null)
  const isGone = await waitUntil('the page tells so', () => upstreamOnPage(parts) === '', 30_000, 250).catch(
    () => false,
  )
  const words = ended ? (isGone ? 'gone' : 'still there') : 'no end measured'
  const held = Boolean(ended && isGone)
  parts.report.sight('status', 'it is over: the fault of others is', 'gone', words, held, 'timed')
  return sent
}

function forCalm(sent: readonly Sent[]): number {
  return sent.filter((each) => each.rcptTo.endsWith('@calm.example')).length
}

function arrived({ big, calm }: Parts): number {
  return big.messages.length + calm.messages.length
}

async function trouble({ site }: Parts): Promise<string | null> {
  const { alarms } = await site.get<{ alarms: { name: string; text: string }[] }>('/api/v1/overview')
  return alarms.find((each) => each.name === 'receiver-trouble')?.text ?? null
}
