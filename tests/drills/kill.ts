import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { checkAffectedList } from './closing-list.ts'
import type { Drill, DrillReport } from './drill.ts'
import { drillSite } from './drill-site.ts'

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
      let recoveryMs = 0
      for (let round = 0; round < rounds; round++)
        recoveryMs = Math.max(recoveryMs, await oneRound(site, round, sent))
      await judge(report, site, sink, sent, rounds)
      await checkAffectedList(report, site, [sink], sent)
      report.hold(
        'first mail accepted after a restart',
        '<= 5 s',
        `${recoveryMs} ms`,
        recoveryMs <= 5000,
        'timed',
      )
    } finally {
      await site[Symbol.asyncDispose]()
      await sink.down()
    }
  },
}

/** Load, a kill at a random moment within it, a restart. Answers how long the restart took. */
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
  return Date.now() - since
}

async function judge(
  report: DrillReport,
  site: TestSite,
  sink: Sink,
  sent: readonly Sent[],
  rounds: number,
): Promise<void> {
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
  report.note('messages', {
    tried: sent.length,
    acknowledged: acknowledged.length,
    delivered: sink.messages.length,
    doubled,
    rounds,
  })
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
