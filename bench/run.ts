/**
 * Benchmarks: `npm run bench [NAME ...] [--json]`, the names stand below. Ratios are taken in one run, ours and theirs in turn.
 * `--messages` says how many `steady` sends, `--events` over how many `search`
 * looks, `--folder` where it keeps its ledger for another time, `--persons` and `--managers` how many click for `people`,
 * `--form` for which division of processes ("one process", "console apart"; each if absent), and `--pairs` and `--seconds` in how many windows of what length (`backups` too). Exit code 1: one found a fault.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { backlog } from './backlog.ts'
import { backups } from './backups.ts'
import { filter } from './filter.ts'
import { firstPage } from './first-page.ts'
import { latency } from './latency.ts'
import { memory } from './memory.ts'
import { outbound } from './outbound.ts'
import { people } from './people.ts'
import { search } from './search.ts'
import { steady } from './steady.ts'
import { printTable, type Table } from './table.ts'
import { throughput } from './throughput.ts'
import { warmUp } from './warm-up.ts'
import { withRspamd } from './with-rspamd.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    messages: { type: 'string', default: '100000' },
    events: { type: 'string', default: '1000000' },
    folder: { type: 'string', default: '' },
    managers: { type: 'string', default: '100' },
    persons: { type: 'string', default: '1000' },
    pairs: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '10' },
    form: { type: 'string' },
  },
})
const benchmarks: Readonly<Record<string, () => Promise<Table>>> = {
  throughput,
  'with-rspamd': withRspamd,
  latency,
  memory,
  steady: () => steady({ messages: Number(values.messages) }),
  backlog,
  filter,
  'first-page': firstPage,
  outbound,
  warmup: warmUp,
  search: () => search({ events: Number(values.events), folder: values.folder }),
  backups: () => backups({ pairs: Number(values.pairs), seconds: Number(values.seconds) }),
  people: () =>
    people({
      managers: Number(values.managers),
      persons: Number(values.persons),
      pairs: Number(values.pairs),
      seconds: Number(values.seconds),
      ...(values.form !== undefined && { only: values.form }),
    }),
}

const unknown = positionals.filter((each) => !(each in benchmarks))
if (unknown.length > 0) {
  console.error(
    `There is no benchmark ${unknown.join(', ')}; there are ${Object.keys(benchmarks).join(', ')}`,
  )
  process.exit(2)
}
const tables: Record<string, Table> = {}
for (const name of positionals.length > 0 ? positionals : Object.keys(benchmarks)) {
  console.error(`${name} ...`)
  const run = benchmarks[name]
  if (!run) continue
  tables[name] = await run()
  console.error(`\n${printTable(tables[name])}`)
  for (const fault of tables[name].faults ?? []) console.error(`${name}: ${fault}`)
}
const report = {
  machine: { cores: cpus().length, model: cpus()[0]?.model ?? '', node: process.version },
  tables,
}
const folder = join(import.meta.dirname, '../reports')
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'bench.json'), JSON.stringify(report, null, 2))
if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`)
if (Object.values(tables).some((each) => each.faults?.length)) process.exitCode = 1
