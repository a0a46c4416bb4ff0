/**
 * Detection and false alarms beside SpamAssassin (`-L`) and rspamd of Debian, over the same messages. Ours are judged
 * by models that have not seen them, see training/held-out.ts; theirs have learnt nothing, and ask nobody, as ours.
 * Needs the public corpus: `node scripts/fetch-test-mail.ts --all`.
 */
import { existsSync } from 'node:fs'
import { testMail } from '../scripts/fetch-test-mail.ts'
import { readPublicCorpus, type Sample, writeTemplateCorpus } from '../training/corpus.ts'
import { judgeHeldOut } from '../training/held-out.ts'
import { type ReadSample, readSample } from '../training/judge.ts'
import { rspamd } from './rspamd.ts'
import { spamassassin } from './spamassassin.ts'
import type { Table } from './table.ts'

/** Scores of messages in their order, and the time of the processor that they took. */
export interface FilterRun {
  readonly scores: readonly number[]
  readonly cpuMs: number
}

/** Of each set every so many messages, so that the slowest is done in minutes. */
const every: Readonly<Record<string, number>> = {
  'easy-ham-1': 4,
  'easy-ham-2': 4,
  'hard-ham-1': 2,
  'spam-1': 2,
  'spam-2': 8,
}
const columns = [
  'easy-ham-1',
  'easy-ham-2',
  'own-ham',
  'hard-ham-1',
  'spam-1',
  'spam-2',
  'own-phishing',
  'own-spam',
]
/** Sets of wanted mail at whose rate of false alarms the filters are compared. */
const compared = ['easy-ham-1', 'easy-ham-2', 'own-ham']
const rates = [0.001, 0.005]

export async function filter(): Promise<Table> {
  const head = ['filter', 'at', ...columns, 'CPU ms a message']
  const title = 'Filter: share of each set that is held back (offline, held out from training)'
  if (!existsSync(testMail.wholeFolder))
    return { title, head, rows: [['the public corpus is not here: node scripts/fetch-test-mail.ts --all']] }
  const { samples, ours } = await runOurs()
  const rows = rowsOf('Mailkeep', samples, ours, 200)
  for (const [name, run, threshold] of [
    ['SpamAssassin -L', spamassassin, 5],
    ['rspamd', rspamd, 15],
  ] as const) {
    const theirs = await run(samples.map((each) => each.whole))
    rows.push(...(theirs ? rowsOf(name, samples, theirs, threshold) : [[name, 'is not installed']]))
  }
  return { title, head, rows }
}

async function runOurs(): Promise<{ samples: Sample[]; ours: FilterRun }> {
  const all: ReadSample[] = []
  const corpus = [...readPublicCorpus(testMail.wholeFolder), ...writeTemplateCorpus(4)]
  for (const each of corpus) all.push(await readSample(each))
  const chosen = judgeHeldOut(all).filter(({ sample }) => isChosen(sample))
  const samples = chosen.map((each) => each.sample)
  const before = process.cpuUsage()
  for (const sample of samples) await readSample(sample)
  const { user, system } = process.cpuUsage(before)
  // readSample reads a message of the public corpus twice and judges it once, so this is more than it costs.
  return { samples, ours: { scores: chosen.map((each) => each.score), cpuMs: (user + system) / 1000 } }
}

function isChosen({ set, name }: Sample): boolean {
  const step = every[set]
  // Of templates one form each.
  return step === undefined ? name.endsWith('.1') : Number.parseInt(name, 10) % step === 0
}

function rowsOf(
  name: string,
  samples: readonly Sample[],
  { scores, cpuMs }: FilterRun,
  threshold: number,
): string[][] {
  const wanted = scores.filter((_, i) => compared.includes(samples[i]!.set)).sort((a, b) => b - a)
  const thresholds: [string, number][] = [
    [`its own threshold (${threshold})`, threshold],
    ...rates.map((rate): [string, number] => {
      const at = wanted[Math.floor(wanted.length * rate)] ?? 0
      return [`${rate * 100} % false alarms (above ${Math.round(at * 10) / 10})`, at + 1e-6]
    }),
  ]
  return thresholds.map(([label, at]) => [
    name,
    label,
    ...columns.map((set) => {
      const own = scores.filter((_, i) => samples[i]!.set === set)
      return `${((100 * own.filter((score) => score >= at).length) / own.length).toFixed(1)} %`
    }),
    (cpuMs / samples.length).toFixed(1),
  ])
}
