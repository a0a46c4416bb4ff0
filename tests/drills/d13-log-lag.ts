import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { settledBooks } from '../harness/books.ts'
import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { checkAffectedList } from './closing-list.ts'
import type { Drill, DrillReport } from './drill.ts'
import { drillSite } from './drill-site.ts'
import { putOffOnly, steadyP99 } from './measure.ts'
import { askApi, viewSearch } from './search-answers.ts'
import { Witness } from './witness.ts'

/** The index stands still, then cannot be written at all. Mail does not notice, and nothing is missing in the end. */
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
    report.note('left out', 'an estimate of when the index has caught up')
    const messages = long ? 20_000 : 700
    const sink = await Sink.start()
    const site = await drillSite(report, {
      domains: { 'good.example': sink.hop },
      users: ['b@good.example'],
      roles: ['gateway', 'inspection', 'delivery', 'console'],
    })
    const keeper = await TestSite.beside(site, ['jobs'])
    const send = () =>
      sendLoad({
        port: () => site.smtpPort,
        messages,
        connections: 10,
        perConnection: 100,
        rate: 100,
        size: 1500,
        mailFrom: 'a@sender.example',
        rcptTo: () => 'b@good.example',
      })
    try {
      using witness = await Witness.beside(site, report)
      const alone = await send()
      await shows(site, messages)
      keeper.signal('SIGSTOP')
      const stoppedAt = Date.now()
      const during = await send()
      await arrive(sink, 2 * messages)
      tellMail(report, 'the indexer stands still', alone, during)
      const { upTo, promised } = await tellLag(report, site, stoppedAt)
      await tellMessage(report, site, during)
      keeper.signal('SIGCONT')
      const resumedAt = performance.now()
      await shows(site, 2 * messages)
      const caughtUpMs = performance.now() - resumedAt
      const truth = (await viewSearch(site, upTo)).total
      report.hold(
        'what it had up to then',
        `all ${truth} that there were`,
        promised,
        promised === truth && truth > messages / 2,
      )
      report.hold(
        'caught up after it goes on',
        '<= 60 s',
        `${(caughtUpMs / 1000).toFixed(1)} s`,
        caughtUpMs <= 60_000,
        'timed',
      )
      const folder = join(site.folder, 'data', 'search')
      await keeper.kill()
      renameSync(folder, `${folder}.away`)
      writeFileSync(folder, 'no folder: nothing can be written here')
      await keeper.launch()
      const since = Date.now()
      const without = await send()
      await arrive(sink, 3 * messages)
      tellMail(report, 'the index cannot be written', alone, without)
      await tellMessage(report, site, without)
      const what = 'the index cannot be written'
      await witness.sees({
        ...{ what, since, alarm: 'search-behind', withinMs: 120_000 },
        ...{ names: /index of messages cannot be kept/, component: 'gateway-logs' },
      })
      await witness.stayed(what, 'gateway-filtering', 'gateway-delivery')
      rmSync(folder)
      mkdirSync(folder)
      const view = await shows(site, 3 * messages)
      report.hold(
        'built again from the ledger',
        `${3 * messages}, none twice`,
        `${view.total} (${view.distinct})`,
        view.total === 3 * messages && view.distinct === view.total,
      )
      await settledBooks(site)
      await checkAffectedList(report, site, [sink], [...alone, ...during, ...without])
    } finally {
      keeper.signal('SIGCONT')
      await keeper[Symbol.asyncDispose]()
      await site[Symbol.asyncDispose]()
      await sink.down()
    }
  },
}

/** Waits until everything can be found and the search says so. */
function shows(site: TestSite, messages: number) {
  return waitUntil(
    `the search shows ${messages}`,
    async () => {
      const asked = Date.now()
      const view = await viewSearch(site).catch(() => null)
      return view !== null && view.total >= messages && (view.completeUpTo ?? 0) >= asked - 1000 && view
    },
    120_000,
  )
}

function arrive(sink: Sink, messages: number) {
  return waitUntil('all mail has arrived', () => sink.messages.length >= messages, 120_000)
}

function tellMail(report: DrillReport, when: string, before: readonly Sent[], during: readonly Sent[]): void {
  const p99Of = (sent: readonly Sent[]) => steadyP99(sent.map((each) => each.tookMs))
  const [p99, alone] = [p99Of(during), p99Of(before)]
  report.hold(
    `${when}: mail acknowledged`,
    'all',
    `${during.filter((each) => each.outcome === 'acknowledged').length} of ${during.length}`,
    during.every((each) => each.outcome === 'acknowledged'),
    putOffOnly(during),
  )
  // The machine has other work; what would show is waiting for the index, which is gone for seconds.
  report.hold(
    `${when}: p99 of the answer`,
    '<= 3 times that before, or 250 ms',
    `${p99.toFixed(0)} ms, before ${alone.toFixed(0)} ms`,
    p99 <= Math.max(250, 3 * alone),
    'timed',
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

/** A message of right now, by its id: from the message itself. */
async function tellMessage(report: DrillReport, site: TestSite, sent: readonly Sent[]): Promise<void> {
  const id = /Accepted as (\w+)/.exec(sent.at(-1)?.reply ?? '')?.[1] ?? ''
  const began = performance.now()
  const isTold = async () => JSON.stringify(await askApi(site, `/api/v1/messages/${id}`)).includes(id)
  await waitUntil('the newest message is told by its id', isTold)
  const took = performance.now() - began
  report.hold('the newest message by its id', 'its whole story', 'told', true)
  report.hold('time until it is told', '<= 2 s', `${took.toFixed(0)} ms`, took <= 2000, 'timed')
}
