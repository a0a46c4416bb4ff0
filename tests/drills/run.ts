/** Runs drills: `npm run drill [D06 ...] [--list] [--table] [--json] [--long] [--incident ID]`. Exit code 0 all held, 1 missed, 2 wrong use or not run. */
import { parseArgs } from 'node:util'
import { catalogue } from './catalogue.ts'
import type { FinishedDrill } from './drill.ts'
import { keepDrill, keptDrills, reportFolder, reportOf } from './kept-report.ts'
import { seenRow } from './must-be-seen.ts'
import { notCovered } from './not-covered.ts'
import { runDrill } from './run-drill.ts'
import { describeSeen } from './seen-table.ts'

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      list: { type: 'boolean' },
      table: { type: 'boolean' },
      json: { type: 'boolean' },
      long: { type: 'boolean' },
      incident: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  const write = (text: string) => (values.json ? process.stderr : process.stdout).write(`${text}\n`)
  const wanted = positionals.map((each) => each.toUpperCase())
  const unknown = wanted.filter((id) => !catalogue.some((drill) => drill.id.toUpperCase() === id))
  if (values.help || unknown.length > 0) {
    write(
      `${unknown.length > 0 ? `There is no drill ${unknown.join(', ')}.\n` : ''}Usage: mailkeep drill [ID ...] [--list] [--table] [--json] [--long] [--incident ID]`,
    )
    return values.help ? 0 : 2
  }
  const chosen = catalogue.filter(
    (drill) =>
      (wanted.length === 0 || wanted.includes(drill.id.toUpperCase())) &&
      (values.incident === undefined || drill.incidents.includes(values.incident)),
  )
  if (values.list) {
    for (const drill of catalogue)
      write(`${drill.id.padEnd(5)} ${drill.name.padEnd(36)} ${drill.incidents.join(', ')}`)
    write('\nNot covered yet:')
    for (const each of notCovered) write(`${each.drill.padEnd(5)} ${each.incident}: ${each.because}`)
    return 0
  }
  if (chosen.length === 0) {
    const { because } = notCovered.find((each) => each.incident === values.incident) ?? {}
    write(because === undefined ? 'No drill stands for it; see --list.' : `Not covered yet: ${because}.`)
    return 2
  }
  if (values.table) {
    const kept = keptDrills()
    write(describeSeen(kept.map(seenRow)))
    return kept.length > 0 ? 0 : 2
  }
  const finished: FinishedDrill[] = []
  for (const drill of chosen) {
    write(`${drill.id} ${drill.name}`)
    const done = await runDrill(
      drill,
      { long: values.long ?? process.env.LONG_TESTS === '1', incident: values.incident ?? null },
      write,
    )
    finished.push(done)
    keepDrill(done)
    write(`${done.id} ${done.outcome} in ${done.tookSeconds} s${done.why ? `: ${done.why}` : ''}\n`)
  }
  write(`${summary(finished)}\n\n${describeSeen(finished.map(seenRow))}\nReports: ${reportFolder}`)
  if (values.json) process.stdout.write(`${JSON.stringify(reportOf(keptDrills()))}\n`)
  if (finished.some((each) => each.outcome === 'failed')) return 1
  return finished.some((each) => each.outcome === 'not run') || finished.length === 0 ? 2 : 0
}

function summary(finished: readonly FinishedDrill[]): string {
  const rows = finished.map(
    (each) =>
      `${each.id.padEnd(5)} ${each.name.padEnd(36)} ${each.outcome.padEnd(8)} ${String(each.lines.filter((line) => line.held).length).padStart(3)}/${each.lines.length} bounds  ${each.tookSeconds} s`,
  )
  return rows.join('\n')
}

process.exitCode = await main()
