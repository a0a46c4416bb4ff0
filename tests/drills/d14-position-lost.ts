import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Completeness } from '@mailkeep/contract'
import { settledBooks } from '../harness/books.ts'
import { freePort } from '../harness/free-port.ts'
import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { StepClock } from '../harness/step-clock.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { checkAffectedList } from './closing-list.ts'
import { stepClock } from './d14-clock-step.ts'
import type { Drill, DrillReport } from './drill.ts'
import { arrives } from './drill-mail.ts'
import { drillSite } from './drill-site.ts'
import { askApi, viewSearch } from './search-answers.ts'

/** What can happen to the place where the index remembers how far it has read. */
const losses: readonly { readonly name: string; readonly inflict: (path: string) => void }[] = [
  { name: 'nothing more than the kill', inflict: () => undefined },
  { name: 'position deleted', inflict: (path) => change(path, 'DELETE FROM positions') },
  { name: 'position far ahead', inflict: (path) => change(path, 'UPDATE positions SET seq = seq + 1000000') },
  {
    name: 'position set back to the first byte',
    inflict: (path) => change(path, "UPDATE positions SET seq = 0, mark = ''"),
  },
  { name: 'file truncated', inflict: (path) => truncateSync(path, Math.floor(statSync(path).size / 2)) },
  { name: 'file overwritten in the middle', inflict: overwrite },
  { name: 'file gone', inflict: remove },
]

/** The tailer of the ledger forgets its place. Reading again is harmless, and nothing is passed over. */
export const positionLost: Drill = {
  id: 'D14',
  name: 'Log tailer amnesia',
  incidents: ['2024-10-log-shipper-lost-position'],
  /** A torn file may be found out by its next write. */
  about: /^(search-behind |index-gap )/,
  notSeen: {
    status: 'what is lost is read again within seconds; what lasts is told as in D13',
  },
  async run(report, { long }) {
    const burst = long ? 3000 : 150
    const sink = await Sink.start()
    const clockFolder = mkdtempSync(join(tmpdir(), 'mailkeep-d14-'))
    const clock = new StepClock(clockFolder)
    const site = await drillSite(report, {
      domains: { 'good.example': sink.hop },
      users: ['b@good.example'],
      // As in the field: a door with another port after each start would be one that nobody tries any more.
      settings: { 'gateway.listen': [`127.0.0.1:${await freePort()}`] },
      environment: clock.environment,
    })
    const path = join(site.folder, 'data', 'search', 'search.db')
    const truth = new Set<string>()
    const sent: Sent[] = []
    const send = async (messages: number) => {
      const part = await sendLoad({
        port: () => site.smtpPort,
        messages,
        connections: 8,
        perConnection: 50,
        size: 900,
        mailFrom: 'a@sender.example',
        rcptTo: () => 'b@good.example',
      })
      sent.push(...part)
      for (const each of acknowledged(part)) truth.add(each)
      return part
    }
    const holdWhole = (what: string, now: () => number) =>
      isWhole(report, site, { what, now, all: truth.size })
    try {
      for (const { name, inflict } of losses) {
        await send(burst)
        await waitUntil('the index is there', () => existsSync(path))
        await site.kill()
        inflict(path)
        await site.launch()
        await holdWhole(name, Date.now)
      }
      await stepClock(report, { site, sink, clock, send: () => send(Math.ceil(burst / 3)), holdWhole })
      await loseEntries(report, site, path, truth.size)
      // What was on the wire at a kill may come twice.
      await arrives(truth.size, sink)
      report.hold('mail', 'all arrived', `${sink.copies().size} of ${truth.size}`, true)
      await settledBooks(site)
      await checkAffectedList(report, site, [sink], sent)
    } finally {
      await site[Symbol.asyncDispose]()
      await sink.down()
      rmSync(clockFolder, { recursive: true, force: true })
    }
  },
}

/**
 * Waits until the search says that it is complete, and holds that everything is there once.
 * @param now the moment as the site has it
 */
async function isWhole(
  report: DrillReport,
  site: TestSite,
  { what, now, all }: { readonly what: string; readonly now: () => number; readonly all: number },
): Promise<void> {
  const since = now()
  const view = await waitUntil(
    `the search is whole after: ${what}`,
    async () => {
      const found = await viewSearch(site).catch(() => null)
      // Complete up to a moment when all of it was there: what it has then is all that it will have.
      return found !== null && found.total >= all && (found.completeUpTo ?? 0) >= since && found
    },
    // The index yields to mail, and here to all other tests.
    240_000,
  )
  report.hold(
    what,
    `${all}, none twice, none missing`,
    `${view.total} (${view.distinct})`,
    view.total === all && view.distinct === all,
  )
}

/** Somebody takes all entries out of the index while it is in use. It finds that out, says so, and reads them again. */
async function loseEntries(report: DrillReport, site: TestSite, path: string, all: number): Promise<void> {
  const what = 'entries deleted beside it'
  const since = Date.now()
  change(path, 'DELETE FROM entries')
  const told = await waitUntil(
    'the minutes that lack them are told',
    async () => {
      const { stretches } = (await askApi(site, '/api/v1/completeness')) as Completeness
      return stretches.find((each) => each.kind === 'missing' && Date.parse(each.foundAt ?? '') >= since)
    },
    240_000,
  )
  const foundMs = Date.parse(told.foundAt ?? '') - since
  report.see(
    `${what}: which minutes`,
    'those of the mail, <= 2 min',
    `${told.from} to ${told.to}, ${foundMs} ms`,
    foundMs <= 120_000,
    'timed',
  )
  const alarm = await waitUntil('the alarm is open', async () => {
    const { alarms } = await site.json<{
      alarms: { name: string; subject: string; text: string; since: string }[]
    }>('alarm', 'list')
    return alarms.find((each) => each.name === 'index-gap' && each.subject === 'missing')
  })
  const toldMs = Date.parse(alarm.since) - since
  report.sight('alarm', what, '<= 2 min', `${toldMs} ms`, toldMs <= 120_000, 'timed', toldMs)
  report.sight(
    'cause',
    what,
    'the time and what is missing',
    alarm.text,
    /from .* to .*missing/.test(alarm.text),
  )
  await isWhole(report, site, { what, now: () => since, all })
}

function acknowledged(sent: readonly Sent[]): string[] {
  return sent
    .filter((each) => each.outcome === 'acknowledged')
    .map((each) => /Accepted as (\w+)/.exec(each.reply)?.[1] ?? '')
}

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
}

function overwrite(path: string): void {
  const bytes = readFileSync(path)
  bytes.fill(0x5a, Math.floor(bytes.length / 4), Math.floor(bytes.length / 2))
  remove(path)
  writeFileSync(path, bytes)
}

function remove(path: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true })
}
