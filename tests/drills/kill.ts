import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { checkAffectedList } from './closing-list.ts'
import type { Drill, DrillReport } from './drill.ts'
import { drillSite } from './drill-site.ts'
import { percentile } from './measure.ts'

/** What a run has counted, as its report keeps it. */
export interface KillFigures {
  readonly kills: number
  readonly tried: number
  readonly acknowledged: number
  /** Copies that arrived. */
  readonly delivered: number
  readonly lost: number
  readonly doubled: number
  /** From the start of a killed server to the first mail that it accepts. */
  readonly firstMailMs: { readonly middle: number; readonly most: number }
}

const users = ['b@site.example', 'c@site.example']
const laneConnections = 10

/**
 * kill -9 at random moments under load. Nothing that was answered 250 is lost, and at most one message a delivery
 * connection comes twice.
 */
export const kill: Drill = {
  id: 'KILL',
  name: 'kill -9 under load',
  incidents: [],
  notSeen: {
    alarm: 'it takes mail again within 5 s of a start, before silence is told (20 s)',
    cause: 'as the alarm',
    status: 'as the alarm',
  },
  async run(report, { long }) {
    const rounds = long ? 200 : 20
    const sink = await Sink.start()
    const site = await drillSite(report, {
      domains: { 'site.example': sink.hop },
      users,
      settings: {
        'delivery.laneConnections': laneConnections,
        'gateway.maxConnectionsPerClient': 100,
        'spool.diskReserve': 0,
      },
    })
    try {
      const sent: Sent[] = []
      const firstMailMs: number[] = []
      for (let round = 0; round < rounds; round++) firstMailMs.push(await oneRound(site, round, sent))
      await judge(report, site, sink, sent, firstMailMs)
      await checkAffectedList(report, site, [sink], sent)
      const longest = Math.max(...firstMailMs)
      report.hold('first mail accepted after a start', '<= 5 s', `${longest} ms`, longest <= 5000, 'timed')
    } finally {
      await site[Symbol.asyncDispose]()
      await sink.down()
    }
  },
}

/** Load, a kill at a random moment within it, a start. Answers how long it took from there until mail was accepted. */
async function oneRound(site: TestSite, round: number, sent: Sent[]): Promise<number> {
  const stop = new AbortController()
  const size = [500, 10_000, 60_000, 400_000][round % 4] ?? 2000
  const load = sendLoad({
    port: () => site.smtpPort,
    messages: 5000,
    connections: 10,
    perConnection: 5,
    size,
    stop: stop.signal,
    rcptTo: (index) => users[index % users.length] ?? '',
  })
  await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 900))
  await site.kill()
  stop.abort()
  sent.push(...(await load))
  const since = Date.now()
  await site.launch()
  const [first] = await sendLoad({
    port: () => site.smtpPort,
    ...{ messages: 1, connections: 1, rcptTo: () => users[0] ?? '' },
  })
  if (first) sent.push(first)
  return (first?.outcome === 'acknowledged' ? first.at : Date.now()) - since
}

async function judge(
  report: DrillReport,
  site: TestSite,
  sink: Sink,
  sent: readonly Sent[],
  firstMailMs: readonly number[],
): Promise<void> {
  const rounds = firstMailMs.length
  const acknowledged = sent.filter((each) => each.outcome === 'acknowledged')
  await waitUntil(
    'everything that waits is delivered',
    async () => (await site.books()).waiting === 0,
    120_000,
  )
  const copies = sink.copies()
  const lost = acknowledged.filter((each) => !copies.has(`${each.id} ${each.rcptTo}`))
  const doubled = [...copies.values()].reduce((sum, count) => sum + count - 1, 0)
  const books = await site.books()
  const figures: KillFigures = {
    ...{ kills: rounds, tried: sent.length, acknowledged: acknowledged.length },
    ...{ delivered: sink.messages.length, lost: lost.length, doubled },
    firstMailMs: { middle: percentile(firstMailMs, 0.5), most: Math.max(...firstMailMs) },
  }
  report.note('figures', figures)
  report.invariant('I1', 'acknowledged messages that did not arrive', lost.length, lost.length === 0)
  report.invariant(
    'I5',
    `copies too many over ${rounds} kills`,
    `${doubled} (at most ${laneConnections} a kill)`,
    doubled <= laneConnections * rounds,
  )
  report.hold(
    'load was real',
    '>= 5 acknowledged a round',
    Math.round(acknowledged.length / rounds),
    acknowledged.length >= 5 * rounds,
    'timed',
  )
  report.hold(
    'the books balance',
    'no difference',
    books.balanced ? 'balanced' : books.differences.map((each) => each.text).join('; '),
    books.balanced,
  )
}
