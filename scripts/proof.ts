/**
 * `npm run proof`: what a release publishes about itself, `docs/reference/proof.md`. Runs the long form of the kills and the
 * latency benchmark, and reads the last run of every drill. Exit code 1: something is red, and there is no release.
 * `--page` writes the page from what was measured before.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { keptDrills } from '../tests/drills/kept-report.ts'
import { type FigureTable, proofPage, whatIsRed } from '../tests/drills/proof-page.ts'
import { runCommit } from '../tests/drills/run-commit.ts'

const root = join(import.meta.dirname, '..')
const page = 'docs/reference/proof.md'

function measure(...args: readonly string[]): void {
  console.log(`node ${args.join(' ')}`)
  spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
}

/** The table of the last run of the benchmark; undefined: its last run was of others. */
function chain(): FigureTable | undefined {
  try {
    const { tables } = JSON.parse(readFileSync(join(root, 'reports/bench.json'), 'utf8')) as {
      tables: Readonly<Record<string, FigureTable>>
    }
    return tables.latency
  } catch {
    return undefined
  }
}

if (!process.argv.includes('--page')) {
  measure('tests/drills/run.ts', 'KILL', '--long')
  measure('bench/run.ts', 'latency')
}
const [drills, table] = [keptDrills(), chain()]
writeFileSync(join(root, page), proofPage(drills, table))
console.log(`Page: ${page}`)
const red = [...whatIsRed(drills, runCommit()), ...(table ? [] : ['the latency was not measured'])]
for (const each of red) console.log(`  ${each}`)
console.log(red.length === 0 ? 'Nothing is red.' : 'Something is red: no release.')
process.exitCode = red.length === 0 ? 0 : 1
