import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readBackupReport } from '../server/src/ground/storage/backups/report-file.ts'
import { putBackupWish, readBackupWish } from '../server/src/ground/storage/backups/wish-file.ts'
import { MailSource } from '../tests/harness/people/mail-source.ts'
import { type MailWindow, measureWindows } from '../tests/harness/people/mail-windows.ts'
import { Sink } from '../tests/harness/sink.ts'
import { TestSite } from '../tests/harness/site.ts'
import { waitUntil } from '../tests/harness/wait-until.ts'
import { measureRate } from './measure-rate.ts'
import { pairedRatio, ratioByChance, writeRatio } from './paired-ratio.ts'
import { percentile, range, type Table } from './table.ts'

export interface BackupBenchOptions {
  /** Length of a window. */
  readonly seconds: number
  /** Windows alone, and as many with backups. */
  readonly pairs: number
}

const [to, size] = ['a@bench.example', 10_240]
const askEveryMs = 100

/** Answers to mail at 60 % of what this machine can do, alone and while one backup follows the other, in turn. */
export async function backups({ seconds, pairs }: BackupBenchOptions): Promise<Table> {
  await using started = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-bench-backups-'))
  started.defer(() => rmSync(folder, { recursive: true, force: true }))
  const hop = started.adopt(await Sink.start(), (each) => each.down())
  const site = started.use(
    await TestSite.start({
      domains: { 'bench.example': hop.hop },
      users: [to],
      // The first one is made at the start; the others are asked for.
      settings: {
        ...{ 'inspection.temperror': 'deliver', 'dns.servers': [] },
        ...{ 'backup.folder': folder, 'backup.every': 86_400 },
      },
    }),
  )
  const source = started.adopt(new MailSource(), (each) => each.stop())
  const asker = new BackupAsker(join(site.folder, 'data'))
  const mailboxes = [to]
  const rate = await measureRate({ site, source, mailboxes, size })
  const windows = await measureWindows({
    ...{ port: site.smtpPort, source, people: asker, mailboxes, rate, size, seconds, pairs },
    onWindow: ({ withPeople, p50, p99 }) => {
      hop.messages.splice(0)
      console.error(
        `  ${withPeople ? 'with backups' : 'alone'} p50 ${p50.toFixed(1)} p99 ${p99.toFixed(1)} ms`,
      )
    },
  })
  return describe(windows, rate, { seconds, pairs }, await asker.made())
}

/** Asks for a backup as soon as the one before is done, while it may. */
class BackupAsker {
  readonly #data: string
  #timer: NodeJS.Timeout | undefined
  #asking: Promise<void> = Promise.resolve()

  constructor(data: string) {
    this.#data = data
  }

  go(): void {
    this.#timer = setInterval(() => {
      this.#asking = this.#asking.then(() => this.#ask())
    }, askEveryMs)
  }

  rest(): void {
    clearInterval(this.#timer)
  }

  async report(): Promise<never[]> {
    await this.#asking
    await waitUntil(
      'none is being made',
      async () =>
        (await readBackupWish(this.#data)) === null && (await readBackupReport(this.#data))?.doing === null,
    )
    return []
  }

  async made() {
    return ((await readBackupReport(this.#data))?.backups ?? []).slice(1)
  }

  async #ask(): Promise<void> {
    if ((await readBackupReport(this.#data))?.doing === null)
      await putBackupWish(this.#data, { what: 'backup', who: 'bench', at: Date.now() })
  }
}

function describe(
  windows: readonly MailWindow[],
  rate: number,
  { seconds, pairs }: BackupBenchOptions,
  made: Awaited<ReturnType<BackupAsker['made']>>,
): Table {
  const of = (isDuring: boolean) => windows.filter(({ withPeople }) => withPeople === isDuring)
  const tookOf = (isDuring: boolean) => of(isDuring).map(({ tookMs }) => tookMs)
  const p50 = (isDuring: boolean) => range(of(isDuring).map((each) => each.p50))
  const p99 = (isDuring: boolean) =>
    `${percentile(tookOf(isDuring).flat(), 0.99).toFixed(0)}; windows ${range(of(isDuring).map((each) => each.p99))}`
  const refused = windows.flatMap((each) => each.refused)
  const size = percentile(
    made.map(({ bytes }) => bytes ?? 0),
    0.5,
  )
  const took = percentile(
    made.map(({ tookMs }) => tookMs ?? 0),
    0.5,
  )
  return {
    title: `backups one after the other while mail flows at 60 %, 10 KB, ${pairs} windows of ${seconds} s each, alone and with backups in turn`,
    head: [
      'messages/s',
      ...['answer p50 ms alone', 'with backups', 'answer p99 ms alone', 'with backups'],
      ...['ratio of p99 (nine draws of ten)', 'by chance, alone to alone', 'backups, median MB and ms'],
    ],
    rows: [
      [
        rate.toFixed(0),
        ...[p50(false), p50(true), p99(false), p99(true)],
        writeRatio(pairedRatio(tookOf(false), tookOf(true))),
        writeRatio(ratioByChance(tookOf(false))),
        `${made.length}: ${(size / 1e6).toFixed(1)} MB, ${took} ms`,
      ],
    ],
    faults: refused.length > 0 ? [`${refused.length} messages were not taken, as: ${refused[0]}`] : [],
  }
}
