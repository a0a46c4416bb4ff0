import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, freemem, totalmem } from 'node:os'
import { join } from 'node:path'
import type { FinishedDrill } from './drill.ts'
import { seenRow } from './must-be-seen.ts'

export const reportPath = join(import.meta.dirname, '../../reports/drills.json')

/** As an older report may have it. */
type OlderDrill = Omit<FinishedDrill, Later> & Partial<Pick<FinishedDrill, Later>>
type Later = 'rang' | 'long' | 'commit'

/** The last run of each drill on this machine, in the order of their ids; none: no drill was run yet. */
export function keptDrills(path = reportPath): FinishedDrill[] {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { drills: OlderDrill[] }).drills.map((each) => ({
      ...each,
      // Runs of before these were written down say nothing of them.
      ...{ rang: each.rang ?? null, long: each.long ?? null, commit: each.commit ?? null },
    }))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw cause
  }
}

/**
 * Keeps what was run in place of the runs before, beside the last run of the others; what could not be run takes the place
 * of nothing that was. Answers the whole report.
 */
export function keepDrills(finished: readonly FinishedDrill[], path = reportPath): object {
  const before = keptDrills(path)
  const isNews = (one: FinishedDrill) =>
    one.outcome !== 'not run' || before.every((each) => each.id !== one.id || each.outcome === 'not run')
  const fresh = finished.filter(isNews)
  const others = before.filter((each) => !fresh.some((one) => one.id === each.id))
  const drills = [...others, ...fresh].sort((one, other) => (one.id < other.id ? -1 : 1))
  const report = { machine: machine(), drills, seen: drills.map(seenRow) }
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, JSON.stringify(report, null, 2))
  return report
}

function machine(): object {
  const [cpu] = cpus()
  return {
    ...{ cores: cpus().length, model: cpu?.model ?? '', node: process.version },
    ...{ memory: totalmem(), free: freemem() },
  }
}
