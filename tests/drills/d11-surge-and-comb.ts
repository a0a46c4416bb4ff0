import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { Drill, DrillReport } from './drill.ts'
import { drillSite } from './drill-site.ts'
import { checkInvariants } from './measure.ts'

const tenants = Array.from({ length: 51 }, (_, n) => `t${n}`)
const loudTenant = 't50'
const loud = `busy@${loudTenant}.test`
/** Messages a second until it is told. */
const surgeRate = 250

interface Parts {
  readonly report: DrillReport
  readonly site: TestSite
  readonly sink: Sink
  readonly perTooth: number
}

/** More and more mail, one recipient that gets most of it, and peaks one after another: told early, by name, and all of it arrives. */
export const surgeAndComb: Drill = {
  id: 'D11',
  name: 'Surge and comb (one machine)',
  incidents: [
    'pre-2022-08-inbound-slow-on-hour-and-half-hour',
    '2022-08-inbound-morning-volume',
    '2024-08-shield-traffic-spike',
  ],
  about:
    /^(load-high|slow-message|inspection-slow|(drain-behind|queue-grows) inbound|stage-slow (accept|inspect|wait|deliver) inbound)/,
  notSeen: {
    status: 'it is told before anything is late',
  },
  async run(report, { long }) {
    report.note(
      'compressed',
      'it is told from 5 % of one thread within 3 s, in place of 85 % within 2 min; a tooth is some hundred messages',
    )
    report.note('left out', 'the forecast of the next peak: there is none yet')
    const sink = await Sink.start()
    const site = await drillSite(report, {
      settings: { 'inspection.threads': 1, 'flow.loadHigh': 5, 'flow.loadWindow': '3s' },
    })
    const parts = { report, site, sink, perTooth: long ? 3000 : 300 }
    try {
      for (const tenant of tenants) await site.must('tenant', 'add', tenant)
      for (const tenant of tenants)
        await site.must(
          'domain',
          'add',
          `${tenant}.test`,
          '--tenant',
          tenant,
          '--any-recipient',
          '--next-hop',
          sink.hop,
        )
      await site.knows(loud)
      const sent = [...(await surge(parts)), ...(await comb(parts))]
      await checkInvariants(report, site, [sink], sent)
    } finally {
      await site[Symbol.asyncDispose]()
      await sink.down()
    }
  },
}

/** One recipient gets ten times what each of fifty others gets, until it is told. */
async function surge({ report, site }: Parts): Promise<Sent[]> {
  const stop = new AbortController()
  const load = sendLoad({
    port: () => site.smtpPort,
    messages: 100_000,
    connections: 6,
    perConnection: 100,
    // Several times what is told; all that a machine can send would only keep it from saying so.
    rate: surgeRate,
    stop: stop.signal,
    rcptTo: (index) => (index % 6 === 0 ? loud : `p@${tenants[index % 50]}.test`),
  })
  const text = await waitUntil('it is told that much comes', () => alarmOf(site, 'load-high'), 120_000, 500)
  const late = await alarmOf(site, 'first-try-late')
  stop.abort()
  const sent = await load
  report.see('it is told before anything is late', 'no first-try-late', late || 'none', late === '')
  report.see(
    'source, tenant and recipient that bring most are named',
    `127.0.0.1, ${loudTenant}, ${loud}`,
    text,
    ['source 127.0.0.1 ', `tenant ${loudTenant} `, `recipient ${loud} `].every((each) => text.includes(each)),
  )
  const refused = sent.filter(({ outcome, reply }) => outcome === 'refused' && !reply.startsWith('4'))
  report.hold('what was refused heard 4xx', '0 others', refused.length, refused.length === 0)
  return sent
}

/** Three peaks: after each the queue is empty again, and none leaves more behind than the one before. */
async function comb(parts: Parts): Promise<Sent[]> {
  const { report, site, sink, perTooth } = parts
  const sent: Sent[] = []
  const drainedMs: number[] = []
  for (let tooth = 0; tooth < 3; tooth++) {
    const found = await sendLoad({
      port: () => site.smtpPort,
      messages: perTooth,
      connections: 10,
      perConnection: 50,
      rcptTo: (index) => `p${tooth}@${tenants[index % 50]}.test`,
    })
    sent.push(...found)
    const ended = performance.now()
    const taken = found.filter(({ outcome }) => outcome === 'acknowledged').length
    const mine = () => sink.messages.filter(({ rcptTo }) => rcptTo[0]?.startsWith(`p${tooth}@`)).length
    await waitUntil(`tooth ${tooth + 1} has arrived`, () => mine() >= taken, 120_000)
    drainedMs.push(performance.now() - ended)
  }
  const [first = 0, , third = 0] = drainedMs
  report.hold(
    'ms until all that a tooth left behind had gone',
    'the third <= twice the first, or within 5 s',
    drainedMs.map(Math.round).join(', '),
    third <= Math.max(5000, first * 2),
    'timed',
  )
  const over = async () => (await alarmOf(site, 'load-high')) === ''
  const hasEnded = await waitUntil('it is told that it is over', over, 120_000, 500).catch(() => false)
  report.see('the alarm ends by itself', 'ended', hasEnded ? 'ended' : 'still open', hasEnded, 'timed')
  return sent
}

/** The open alarm of a name; '' where there is none. */
async function alarmOf(site: TestSite, name: string): Promise<string> {
  const { alarms } = await site.json<{ alarms: { name: string; text: string; clearedAt: string | null }[] }>(
    'alarm',
    'list',
  )
  return alarms.find((each) => each.name === name && each.clearedAt === null)?.text ?? ''
}
