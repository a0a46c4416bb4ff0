import { mkdirSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { databaseName } from '../../server/src/ground/storage/database/open-database.ts'
import { askSite } from '../harness/ask-site.ts'
import { settledBooks } from '../harness/books.ts'
import { freezeBetweenWrites } from '../harness/freeze.ts'
import { unwantedBody } from '../harness/letter.ts'
import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { starve } from '../harness/starve.ts'
import { untilSeen } from '../harness/until-seen.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { checkAffectedList } from './closing-list.ts'
import type { Drill, DrillReport } from './drill.ts'
import { drillSite } from './drill-site.ts'
import { holdAsQuick, measureInTurn, putOffOnly, steadyP99 } from './measure.ts'
import { askApi, type SearchView, viewSearch } from './search-answers.ts'
import { Witness } from './witness.ts'

const user = 'b@good.example'
/** Letters a second: what is called the peak here. */
const rate = 100
const peakHours = 4

interface Rig {
  readonly site: TestSite
  /** The process that keeps the index. */
  readonly keeper: TestSite
  readonly sink: Sink
  readonly sent: Sent[]
  readonly long: boolean
}

/**
 * The index gets a tenth of a processor in a peak, stands still, then cannot be written at all. Mail does not notice, and
 * nothing is missing in the end. What is waited for is the store of the mail itself, which the log shares: so there is no
 * wait for the log to be measured apart, and no metric that could be turned on beside those that are always there.
 */
export const logLag: Drill = {
  id: 'D13',
  name: 'Log lag never touches mail',
  incidents: [
    'pre-2022-08-inbound-log-latency',
    '2023-spring-mail-log-45-minutes-behind',
    '2023-05-log-layer-bottleneck-at-peak',
    '2025-12-log-ingest-storage-fault',
  ],
  // What the process with the jobs tries is unknown while it stands still, and until it has tried again after its start.
  about:
    /^(search-behind|job-failed|process-halts|process-silent|console-faults|watcher-silent (jobs |process node-1 |(content|dns): jobs at |quarantine: list at |logs: |pages: status page ))/,
  async run(report, { long }) {
    report.note(
      'left out',
      'when it will have caught up: told from half a minute of catching up on, which is longer than this',
    )
    const sink = await Sink.start()
    const site = await drillSite(report, {
      domains: { 'good.example': sink.hop },
      users: [user],
      roles: ['gateway', 'inspection', 'delivery', 'console'],
    })
    const keeper = await TestSite.beside(site, ['jobs'])
    const rig: Rig = { site, keeper, sink, long, sent: [] }
    try {
      using witness = await Witness.beside(site, report)
      await tooth(report, rig)
      await standStill(report, rig)
      await notWritten(report, rig, witness)
      await settledBooks(site)
      await checkAffectedList(report, site, [sink], rig.sent)
    } finally {
      keeper.signal('SIGCONT')
      await keeper[Symbol.asyncDispose]()
      await site[Symbol.asyncDispose]()
      await sink.down()
    }
  },
}

/** Sends so many letters at the rate of the peak, or (`comb`) at twice that; answers what each took to be answered (ms). */
async function send({ site, sent }: Rig, messages: number, comb = false): Promise<Sent[]> {
  const part = await sendLoad({
    port: () => site.smtpPort,
    messages,
    connections: 10,
    perConnection: 100,
    rate: comb ? 2 * rate : rate,
    size: 1500,
    mailFrom: 'a@sender.example',
    rcptTo: () => user,
  })
  sent.push(...part)
  return part
}

const p99Of = (part: readonly Sent[]) => steadyP99(part.map((each) => each.tookMs))

/** A peak while the process of the index gets a tenth of a processor, and without that, in turn. */
async function tooth(report: DrillReport, rig: Rig): Promise<void> {
  const { keeper, long } = rig
  const count = long ? 6000 : 200
  const before = databaseBytes(rig.site)
  await send(rig, count)
  const grown = (databaseBytes(rig.site) - before) / count
  const p99 = await measureInTurn(
    3,
    async () => p99Of(await send(rig, count, true)),
    async () => {
      const quota = starve(keeper, { stopMs: 90, runMs: 10 })
      try {
        return p99Of(await send(rig, count, true))
      } finally {
        quota.end()
      }
    },
  )
  holdAsQuick(report, 'the indexer at 10 % in a peak: p99 of the answer', p99)
  holdTaken(report, 'the indexer at 10 % in a peak', rig.sent)
  const since = performance.now()
  await shows(rig.site, takenOf(rig.sent))
  const caughtUpMs = performance.now() - since
  report.hold(
    'the indexer at 10 % in a peak: caught up',
    '<= 30 min',
    `${(caughtUpMs / 1000).toFixed(1)} s`,
    caughtUpMs <= 1_800_000,
    'timed',
  )
  const { bavail, bsize } = statfsSync(rig.site.folder)
  const hours = (bavail * bsize) / (grown * rate * 3600)
  report.hold(
    `what is not indexed yet has room on this disk, at ${rate} messages a second`,
    `>= ${peakHours} h`,
    `${hours.toFixed(0)} h, ${(grown / 1000).toFixed(1)} KB a message`,
    hours >= peakHours,
  )
}

/** What the ledger and the mail take: pages in use, whether they stand in the file by now or in its log. */
function databaseBytes(site: TestSite): number {
  const database = new DatabaseSync(join(site.folder, 'data', databaseName), { readOnly: true })
  const figure = (name: string) =>
    Number(Object.values(database.prepare(`PRAGMA ${name}`).get() as Record<string, number>)[0])
  try {
    return (figure('page_count') - figure('freelist_count')) * figure('page_size')
  } finally {
    database.close()
  }
}

/** The process of the index stands still, without and with it in turn at first; then until a stretch is missing. */
async function standStill(report: DrillReport, rig: Rig): Promise<void> {
  const { site, keeper, long } = rig
  const count = long ? 6000 : 150
  const aside = await setAside(rig)
  // Not in the middle of what its other jobs write: that is D21.
  const freeze = () => freezeBetweenWrites(keeper, site.folder)
  const p99 = await measureInTurn(
    3,
    async () => {
      keeper.signal('SIGCONT')
      return p99Of(await send(rig, count))
    },
    async () => {
      await freeze()
      return p99Of(await send(rig, count))
    },
  )
  keeper.signal('SIGCONT')
  holdAsQuick(report, 'the indexer stands still: p99 of the answer', p99)
  await shows(site, takenOf(rig.sent))
  const [before, stoppedAt] = [rig.sent.length, Date.now()]
  await freeze()
  const during = await send(rig, 5 * count)
  await arrive(rig)
  holdTaken(report, 'the indexer stands still', during)
  const { upTo, promised } = await tellLag(report, site, stoppedAt)
  await tellMessage(report, site, during)
  await releaseFromState(report, rig, aside)
  keeper.signal('SIGCONT')
  const [resumedAt, missingMs] = [performance.now(), Date.now() - stoppedAt]
  const view = await shows(site, takenOf(rig.sent))
  const caughtUpMs = performance.now() - resumedAt
  const truth = (await viewSearch(site, upTo)).total
  report.hold(
    'what it had up to then',
    `all ${truth} that there were`,
    promised,
    promised === truth && truth >= before / 2,
  )
  const bound = Math.min(60_000, missingMs / 3)
  report.hold(
    `caught up after it goes on, ${(missingMs / 1000).toFixed(0)} s were missing`,
    `>= 3 times as fast as it happened, <= ${(bound / 1000).toFixed(1)} s`,
    `${(caughtUpMs / 1000).toFixed(1)} s`,
    caughtUpMs <= bound,
    'timed',
  )
  report.hold(
    'its lines, by the time of what happened',
    'in order',
    view.isInOrder ? 'in order' : 'not',
    view.isInOrder,
  )
}

/** The folder of the index is no folder. */
async function notWritten(report: DrillReport, rig: Rig, witness: Witness): Promise<void> {
  const { site, keeper, long } = rig
  const what = 'the index cannot be written'
  const folder = join(site.folder, 'data', 'search')
  const some = long ? 6000 : 200
  const before = p99Of(await send(rig, some))
  await shows(site, takenOf(rig.sent))
  await keeper.kill()
  renameSync(folder, `${folder}.away`)
  writeFileSync(folder, 'no folder: nothing can be written here')
  await keeper.launch()
  const since = Date.now()
  // By then it has started, which takes a core for seconds.
  await witness.sees({
    ...{ what, since, alarm: 'search-behind', withinMs: 120_000 },
    ...{ names: /index of messages cannot be kept/, component: 'gateway-logs' },
  })
  const without = await send(rig, long ? 20_000 : 400)
  await arrive(rig)
  holdTaken(report, what, without)
  await tellMessage(report, site, without)
  await witness.stayed(what, 'gateway-filtering', 'gateway-delivery')
  rmSync(folder)
  mkdirSync(folder)
  const all = takenOf(rig.sent)
  const view = await shows(site, all)
  report.hold(
    'built again from the ledger',
    `${all}, none twice, in order`,
    `${view.total} (${view.distinct})${view.isInOrder ? ', in order' : ''}`,
    view.total === all && view.distinct === view.total && view.isInOrder,
  )
  // Before and after: what else the machine does changes in the seconds between.
  const alone = Math.max(before, p99Of(await send(rig, some)))
  holdAsQuick(report, `${what}: p99 of the answer`, { alone, during: p99Of(without) })
}

/** A message that a person may let go later. */
async function setAside(rig: Rig): Promise<Sent> {
  const { site, sent } = rig
  const [one] = await sendLoad({
    port: () => site.smtpPort,
    messages: 1,
    connections: 1,
    rcptTo: () => user,
    content: () => `From: a@sender.example\r\nSubject: aside\r\n\r\n${unwantedBody}`,
  })
  if (one === undefined) throw new Error('nothing was sent')
  sent.push(one)
  return one
}

/** Releasing asks the message, not the log: it works while nothing is indexed. */
async function releaseFromState(
  report: DrillReport,
  { site, sink }: Rig,
  { id, reply }: Sent,
): Promise<void> {
  const messageId = idOf(reply)
  const { key } = await site.json<{ key: string }>(
    ...['key', 'add', 'k', '--tenant', 'main', '--scope', 'messages'],
  )
  const since = Date.now()
  const order = { key, body: {} }
  const answer = await untilSeen(() =>
    askSite(site.consolePort, `/api/v1/quarantine/${messageId}/release`, order),
  )
  const isThere = () => sink.messages.some(({ headerMessageId }) => headerMessageId === id)
  const arrived = await waitUntil('what was released arrives', isThere, 60_000).catch(() => false)
  report.hold(
    'a release meanwhile',
    '200, and it arrives',
    `${answer.code}, ${Date.now() - since} ms`,
    arrived,
  )
}

const idOf = (reply: string) => /Accepted as (\w+)/.exec(reply)?.[1] ?? ''

const takenOf = (sent: readonly Sent[]) => sent.filter((each) => each.outcome === 'acknowledged').length

function holdTaken(report: DrillReport, when: string, sent: readonly Sent[]): void {
  const taken = takenOf(sent)
  report.hold(
    `${when}: mail acknowledged`,
    'all',
    `${taken} of ${sent.length}`,
    taken === sent.length,
    putOffOnly(sent),
  )
}

/** Waits until everything can be found and the search says so. */
function shows(site: TestSite, messages: number) {
  let last: SearchView | null = null
  return waitUntil(
    () => `the search shows ${messages}: ${JSON.stringify(last)}`,
    async () => {
      const asked = Date.now()
      const view = await viewSearch(site).catch(() => null)
      last = view ?? last
      return view !== null && view.total >= messages && (view.completeUpTo ?? 0) >= asked - 1000 && view
    },
    120_000,
  )
}

/** All that was sent; what is set aside has arrived where it belongs. */
function arrive({ sink, sent }: Rig) {
  const aside = 1
  return waitUntil('all mail has arrived', () => sink.messages.length >= takenOf(sent) - aside, 120_000)
}

/** What the search promises while it lags must be true: everything up to that moment is there. */
async function tellLag(
  report: DrillReport,
  site: TestSite,
  stoppedAt: number,
): Promise<{ readonly upTo: number; readonly promised: number }> {
  // A page that has no time says what it lacks.
  const said = async () => (await viewSearch(site)).completeUpTo
  const completeUpTo = await waitUntil('the view says it', said).catch(() => null)
  report.see(
    'the view says up to when it is complete',
    'a moment before now',
    completeUpTo === null ? 'nothing' : new Date(completeUpTo).toISOString(),
    completeUpTo !== null && completeUpTo < Date.now() - 500 && completeUpTo >= stoppedAt - 10_000,
  )
  const upTo = completeUpTo ?? 0
  return { upTo, promised: (await viewSearch(site, upTo)).total }
}

/** A message of right now, by its id: from the message itself. */
async function tellMessage(report: DrillReport, site: TestSite, sent: readonly Sent[]): Promise<void> {
  const id = idOf(sent.at(-1)?.reply ?? '')
  const began = performance.now()
  const isTold = async () => JSON.stringify(await askApi(site, `/api/v1/messages/${id}`)).includes(id)
  await waitUntil('the newest message is told by its id', isTold)
  const took = performance.now() - began
  report.hold('the newest message by its id', 'its whole story', 'told', true)
  report.hold('time until it is told', '<= 2 s', `${took.toFixed(0)} ms`, took <= 2000, 'timed')
}
