import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startDnsServer, type TestDnsServer } from '../harness/dns-server.ts'
import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { Drill, DrillReport } from './drill.ts'
import { drillSite } from './drill-site.ts'
import { checkInvariants, percentile, transit } from './measure.ts'
import { Witness } from './witness.ts'

const hosts = Array.from({ length: 30 }, (_, n) => `s${n}.sho.example`)
const linksEach = 3
/** A name that imitates a well-known one. */
const evil = 'https://www.paypa1-secure.com/confirm?once=1'

interface Parts {
  readonly report: DrillReport
  readonly site: TestSite
  readonly sink: Sink
  readonly dns: TestDnsServer
  readonly port: number
  readonly count: number
  readonly witness: Witness
}

interface Traced {
  readonly id: string
  readonly linksPending: number
  readonly explanation: {
    readonly late?: readonly { readonly code: string }[]
    readonly followed?: { readonly links: readonly { readonly end: { readonly state: string } | null }[] }
  }
}

/** Following links is slow: mail does not notice, people see what is pending and since when, and a late finding counts. */
export const deferredWork: Drill = {
  id: 'D32',
  name: 'Deferred work backlog',
  incidents: ['2024-08-link-analysis-slow'],
  about: /^links-(behind|queue-full)/,
  async run(report, { long }) {
    report.note(
      'left out',
      'workers killed at random: links are followed by the process that has the role jobs',
    )
    report.note('not run', 'conversion of encrypted mail: there is no such function yet')
    report.note('compressed', 'each name takes 1.5 s instead of 10 s; 3 s stand for 5 min until it is told')
    const sink = await Sink.start()
    const dns = await startDnsServer({
      zone: Object.fromEntries(hosts.map((host) => [host, { A: ['127.0.0.1'] }])),
    })
    const shortener = await openShortener()
    const site = await drillSite(report, {
      domains: { 'site.example': sink.hop },
      users: ['b@site.example'],
      settings: {
        'dns.servers': [dns.address],
        'links.follow': 'shorteners',
        'links.shorteners': hosts,
        'links.allowNetworks': ['127.0.0.0/8'],
        'links.atATime': 2,
        'links.lateAfter': '3s',
      },
    })
    const { port } = shortener.address() as AddressInfo
    try {
      using witness = await Witness.beside(site, report)
      const count = long ? 300 : 30
      const sent = await fallBehind({ report, site, sink, dns, port, count, witness })
      await checkInvariants(report, site, [sink], sent)
    } finally {
      await site[Symbol.asyncDispose]()
      await sink.down()
      await dns.close()
      shortener.closeAllConnections()
      shortener.close()
    }
  },
}

async function openShortener(): Promise<Server> {
  const server = createServer((_request, response) => response.writeHead(302, { location: evil }).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

async function fallBehind(parts: Parts): Promise<Sent[]> {
  const { report, dns, site, port, count, witness } = parts
  const before = await sendPlain(parts)
  dns.misbehave({ kind: 'delay', delayMs: 1500, names: /\.sho\.example$/ })
  const slowSince = Date.now()
  const linked = await send(parts, count, (index) =>
    Array.from({ length: linksEach }, (_, n) => {
      const number = index * linksEach + n
      return `http://${hosts[number % hosts.length]}:${port}/x${number}`
    }),
  )
  const during = await sendPlain(parts)
  const [alone, beside] = [before, during].map((each) => percentile(transit(each, parts.sink), 0.99)) as [
    number,
    number,
  ]
  report.hold(
    'p99 of other mail beside the backlog',
    `<= twice ${alone} ms, or 500 ms more`,
    `${beside} ms`,
    beside <= Math.max(2 * alone, alone + 500),
    'timed',
  )
  const ids = linked.map(({ reply }) => /Accepted as (\w+)/.exec(reply)?.[1] ?? '')
  const last = ids.at(-1) ?? ''
  const shown = await site.must('trace', last)
  report.hold(
    'what is not known yet is shown as pending',
    'with its number, and since when',
    /links? pending[^\n]*/.exec(shown)?.[0] ?? 'nothing',
    /links? pending since \d/.test(shown),
  )
  await witness.sees({
    ...{ what: 'links wait', since: slowSince, alarm: 'links-behind', withinMs: 300_000 },
    ...{ names: /links wait to be followed.*no mail waits/, component: 'shield' },
  })
  await witness.stayed('links wait', 'gateway-filtering', 'gateway-delivery')
  const since = Date.now()
  dns.misbehave()
  const late = await waitUntil('each link is answered', async () => findLate(site, ids), 180_000, 500)
  const seconds = Math.round((Date.now() - since) / 1000)
  report.hold(
    'after it is quick again: the backlog is gone',
    '<= 15 min',
    `${seconds} s`,
    seconds <= 900,
    'timed',
  )
  report.hold(
    'what was found late counts for the delivered message',
    `${ids.length}`,
    late.count,
    late.count === ids.length,
  )
  return [...before, ...linked, ...during]
}

/** How many messages have a late finding, once none has links that wait; null before. */
async function findLate(site: TestSite, ids: readonly string[]): Promise<{ count: number } | null> {
  let count = 0
  for (const id of ids) {
    const { traced } = await site.json<{ traced: Traced }>('trace', id)
    if (traced.linksPending > 0 || !traced.explanation.followed) return null
    if (traced.explanation.late?.some(({ code }) => code === 'link-look-alike-host')) count += 1
  }
  return { count }
}

function sendPlain(parts: Parts): Promise<Sent[]> {
  return send(parts, 60, () => [])
}

async function send(
  { site, sink }: Parts,
  messages: number,
  linksOf: (index: number) => readonly string[],
): Promise<Sent[]> {
  const had = sink.messages.length
  const sent = await sendLoad({
    port: () => site.smtpPort,
    messages,
    connections: 2,
    perConnection: messages,
    rate: 20,
    rcptTo: () => 'b@site.example',
    content: (index) =>
      `From: Load <load@load.example>\r\nTo: b@site.example\r\nSubject: message ${index}\r\n\r\n${linksOf(index).join('\r\n')}\r\nregards\r\n`,
  })
  await waitUntil('all of it is delivered', () => sink.messages.length - had >= messages)
  return sent
}
