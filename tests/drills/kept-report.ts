import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { cpus, freemem, totalmem } from 'node:os'
import { join } from 'node:path'
import type { FinishedDrill } from './drill.ts'
import { type SeenRow, seenRow } from './must-be-seen.ts'

/** A file for each drill, `ID.json`: several processes of `npm test` write at the same time, each its own drills. */
export const reportFolder = join(import.meta.dirname, '../../reports/drills')

/** A run as it is kept, with the machine that it ran on. */
export interface KeptDrill extends FinishedDrill {
  readonly machine: Machine
}

interface Machine {
  readonly cores: number
  readonly model: string
  readonly node: string
  /** Bytes. */
  readonly memory: number
  readonly free: number
}

/** What programs read of several drills: their runs, and what was seen of each fault. */
export interface DrillsReport {
  readonly drills: readonly KeptDrill[]
  readonly seen: readonly SeenRow[]
}

/** The last run of each drill on this machine, in the order of their ids; none: no drill was run yet. */
export function keptDrills(folder = reportFolder): KeptDrill[] {
  const names = unlessAbsent(() => readdirSync(folder)) ?? []
  const ids = names.flatMap((each) => /^(\w+)\.json$/.exec(each)?.[1] ?? []).sort()
  return ids.flatMap((id) => keptDrill(id, folder) ?? [])
}

/** Keeps a run in place of the one before; what could not be run takes the place of nothing that was. */
export function keepDrill(finished: FinishedDrill, folder = reportFolder): void {
  const before = finished.outcome === 'not run' ? keptDrill(finished.id, folder) : undefined
  if (before !== undefined && before.outcome !== 'not run') return
  const kept: KeptDrill = { ...finished, machine: machine() }
  const path = pathOf(finished.id, folder)
  // Whoever reads meanwhile has the run before or this one, whole.
  const draft = `${path}.${process.pid}`
  mkdirSync(folder, { recursive: true })
  writeFileSync(draft, JSON.stringify(kept, null, 2))
  renameSync(draft, path)
}

export function reportOf(drills: readonly KeptDrill[]): DrillsReport {
  return { drills, seen: drills.map(seenRow) }
}

function keptDrill(id: string, folder: string): KeptDrill | undefined {
  const text = unlessAbsent(() => readFileSync(pathOf(id, folder), 'utf8'))
  return text === undefined ? undefined : (JSON.parse(text) as KeptDrill)
}

function pathOf(id: string, folder: string): string {
  return join(folder, `${id}.json`)
}

function unlessAbsent<Result>(read: () => Result): Result | undefined {
  try {
    return read()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw cause
  }
}

function machine(): Machine {
  const [cpu] = cpus()
  return {
    ...{ cores: cpus().length, model: cpu?.model ?? '', node: process.version },
    ...{ memory: totalmem(), free: freemem() },
  }
}
