import { WaitedInVain } from '../harness/wait-until.ts'
import type { Drill, DrillOptions, DrillReport, FinishedDrill, Line } from './drill.ts'
import { runCommit } from './run-commit.ts'

/** Runs one drill and gathers what it found. A drill that throws has failed; one without its parts was not run. */
export async function runDrill(
  drill: Drill,
  options: DrillOptions,
  say: (text: string) => void,
): Promise<FinishedDrill> {
  const startedAt = new Date()
  const lines: Line[] = []
  const notes: Record<string, unknown> = {}
  const add = (
    section: Line['section'],
    what: string,
    bound: string,
    measured: string | number,
    held: boolean,
    timed = false,
    seen: Pick<Line, 'sight' | 'afterMs'> = {},
  ) => {
    lines.push({ section, what, bound, measured: String(measured), held, timed, ...seen })
    say(`  ${held ? 'held  ' : 'MISSED'} ${what}: ${measured} (${bound})`)
  }
  const report: DrillReport = {
    about: drill.about ?? /(?!)/,
    rang: new Set(),
    hold: (what, bound, measured, held, timed) =>
      add('must hold', what, bound, measured, held, timed !== undefined),
    see: (what, bound, measured, held, timed) =>
      add('must be seen', what, bound, measured, held, timed !== undefined),
    sight: (sight, what, bound, measured, held, timed, afterMs) =>
      add('must be seen', what, bound, measured, held, timed !== undefined, {
        ...{ sight, ...(afterMs !== undefined && { afterMs: Math.round(afterMs) }) },
      }),
    invariant: (id, what, measured, held) => add('invariant', `${id} ${what}`, 'always', measured, held),
    note: (name, value) => {
      notes[name] = value
    },
    say: (text) => say(`  ${text}`),
  }
  const finish = (
    outcome: FinishedDrill['outcome'],
    why: string,
    broke: FinishedDrill['broke'] = null,
  ): FinishedDrill => ({
    id: drill.id,
    name: drill.name,
    incidents: drill.incidents,
    outcome,
    why,
    broke,
    ...{ long: options.long, commit: runCommit() },
    startedAt: startedAt.toISOString(),
    tookSeconds: Math.round((Date.now() - startedAt.getTime()) / 100) / 10,
    lines,
    rang: [...report.rang].sort(),
    notSeen: drill.notSeen ?? {},
    notes,
  })
  const missing = (drill.needs ?? []).map((need) => need.missing()).filter((each) => each !== null)
  if (missing.length > 0) return finish('not run', missing.join('; '))
  try {
    await drill.run(report, options)
  } catch (cause) {
    const broke = cause instanceof WaitedInVain ? 'wait in vain' : 'error'
    return finish('failed', String((cause as Error).stack ?? cause), broke)
  }
  const missed = lines.filter((line) => !line.held)
  if (lines.length === 0) return finish('failed', 'it checked nothing')
  return missed.length === 0
    ? finish('passed', '')
    : finish('failed', `${missed.length} of ${lines.length} bounds missed`)
}
