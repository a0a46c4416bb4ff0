import { statfsSync } from 'node:fs'
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
import { waitUntil } from '../harness/wait-until.ts'
import { checkAffectedList } from './closing-list.ts'
import { notWritten } from './d13-not-written.ts'
import {
  arrive,
  idOf,
  type Rig,
  rate,
  send,
  shows,
  showsWithNothingMissing,
  takenOf,
  tellMessage,
  timesOf,
  user,
} from './d13-rig.ts'
import type { Drill, DrillReport } from './drill.ts'
import { drillSite } from './drill-site.ts'
import { holdAsQuick, measureInTurn } from './in-turn.ts'
import { holdTaken, steadyP99 } from './measure.ts'
import { viewSearch } from './search-answers.ts'
import { Witness } from './witness.ts'

/** So long in a peak the ledger has to have room, beside an index that takes nothing in. */
const peakHours = 4
/** What a message of the drill may take of the disk: four hours of the peak are 1.4 million, and have room on 24 GB. */
const mostKilobytes = 16

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

/** A peak while the process of the index gets a tenth of a processor, and without that, in turn. */
async function tooth(report: DrillReport, rig: Rig): Promise<void> {
  const count = rig.long ? 6000 : 200
  const what = 'the indexer at 10 % in a peak'
  await holdRoom(report, rig, count)
  const p99 = await measureInTurn(
    3,
    () => starved(rig, count),
    async () => timesOf(await send(rig, count, true)),
    steadyP99,
  )
  holdAsQuick(report, `${what}: p99 of the answer`, p99)
  await shows(rig)
  const began = performance.now()
  await starved(rig, 3 * count)
  const endedAt = performance.now()
  await shows(rig)
  const caughtUpMs = performance.now() - endedAt
  holdTaken(report, what, rig.sent)
  const idleMs = await showsWithNothingMissing(rig)
  // After a quarter of an hour of it: half an hour at most.
  const bound = 2 * (endedAt - began) + idleMs
  report.hold(
    `${what}: caught up`,
    `<= ${seconds(bound)}: twice as long as it lasted, and ${seconds(idleMs)} as with nothing missing`,
    seconds(caughtUpMs),
    caughtUpMs <= bound,
    'timed',
  )
}

/** Letters at twice the peak while the process of the index gets a tenth of a processor; what each took (ms). */
async function starved(rig: Rig, messages: number): Promise<number[]> {
  const quota = starve(rig.keeper, { stopMs: 90, runMs: 10 })
  try {
    return timesOf(await send(rig, messages, true))
  } finally {
    quota.end()
  }
}

/** What is not indexed yet waits in the ledger, which has to have room for it. */
async function holdRoom(report: DrillReport, rig: Rig, count: number): Promise<void> {
  const before = databaseBytes(rig.site)
  const sent = await send(rig, count)
  await arrive(rig)
  const bytes = (databaseBytes(rig.site) - before) / takenOf(sent)
  report.hold(
    'what the ledger takes of the disk while nothing is indexed',
    `<= ${mostKilobytes} KB a message`,
    `${(bytes / 1000).toFixed(1)} KB`,
    bytes > 0 && bytes <= mostKilobytes * 1000,
  )
  const { bavail, bsize } = statfsSync(rig.site.folder)
  const hours = (bavail * bsize) / (bytes * rate * 3600)
  report.note(
    `room on this disk at ${rate} messages a second`,
    `${hours.toFixed(0)} h (${peakHours} are wanted)`,
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
  const what = 'the indexer stands still'
  const aside = await setAside(rig)
  const first = rig.sent.length
  // Not in the middle of what its other jobs write: that is D21.
  const freeze = () => freezeBetweenWrites(keeper, site.folder)
  const p99 = await measureInTurn(
    3,
    async () => {
      await freeze()
      return timesOf(await send(rig, count))
    },
    async () => {
      keeper.signal('SIGCONT')
      return timesOf(await send(rig, count))
    },
    steadyP99,
  )
  holdAsQuick(report, `${what}: p99 of the answer`, p99)
  await shows(rig)
  const [before, stoppedAt] = [rig.sent.length, Date.now()]
  await freeze()
  const began = performance.now()
  const during = await send(rig, 10 * count)
  const cameMs = performance.now() - began
  await arrive(rig, 1)
  holdTaken(report, what, rig.sent.slice(first))
  const { upTo, promised } = await tellLag(report, site, stoppedAt)
  await tellMessage(report, site, during)
  await releaseFromState(report, rig, aside)
  await holdCaughtUp(report, rig, cameMs)
  const truth = (await viewSearch(site, upTo)).total
  report.hold(
    'what it had up to then',
    `all ${truth} that there were`,
    promised,
    promised === truth && truth >= before / 2,
  )
}

/**
 * It goes on, and takes in what is missing three times as fast as that happened.
 * @param cameMs how long mail came that is missing
 */
async function holdCaughtUp(report: DrillReport, rig: Rig, cameMs: number): Promise<void> {
  const resumedAt = performance.now()
  rig.keeper.signal('SIGCONT')
  const view = await shows(rig)
  const caughtUpMs = performance.now() - resumedAt
  const idleMs = await showsWithNothingMissing(rig)
  const bound = Math.min(60_000, cameMs / 3 + idleMs)
  report.hold(
    `caught up after it goes on, mail of ${seconds(cameMs)} was missing`,
    `<= ${seconds(bound)}: 3 times as fast as it came, and ${seconds(idleMs)} as with nothing missing`,
    seconds(caughtUpMs),
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

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

/** A message that a person may let go later; its sender comes again until it is taken. */
async function setAside(rig: Rig): Promise<Sent> {
  const { site, sent } = rig
  const [one] = await sendLoad({
    port: () => site.smtpPort,
    messages: 1,
    connections: 1,
    comesAgain: true,
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
  const { code } = await askSite(site.consolePort, `/api/v1/quarantine/${messageId}/release`, order)
  const answeredMs = Date.now() - since
  const isThere = () => sink.messages.some(({ headerMessageId }) => headerMessageId === id)
  const arrived = await waitUntil('what was released arrives', isThere, 60_000).catch(() => false)
  report.hold(
    'a release meanwhile',
    '200, and it arrives',
    `${code} after ${answeredMs} ms, ${arrived ? 'arrived' : 'not arrived'}`,
    code === 200 && Boolean(arrived),
    // A store that was not quick enough is told with 503.
    code === 503 && arrived ? 'timed' : undefined,
  )
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
