import type { HealthReason, HealthReport } from '@mailkeep/contract'
import type { Clock } from '#ground/platform/clock.ts'

/** What health is judged from; measured elsewhere, so that asking costs nothing. */
export interface HealthVitals {
  /** Age of the directory snapshot; null: there is none. */
  readonly snapshotAgeMs: () => number | null
  /** There is one, and it has no domain at all, though another process has made it: its data is not here. */
  readonly snapshotIsEmpty: () => boolean
  readonly snapshotMaxAgeMs: () => number
  /** Age of the oldest write without an answer. */
  readonly stalledMs: () => number
  readonly stallLimitMs: () => number
  readonly diskPercent: () => number
  readonly diskLimitPercent: () => number
  /** Free bytes on the spool's disk, and those that mail on its way needs. */
  readonly diskFree: () => number
  readonly diskReserve: () => number
}

type Code = HealthReason['code']

/** Judges whether new mail should come to this node; the same limits as those from which the gateway says "later". */
export function createHealth(vitals: HealthVitals, clock: Clock): () => HealthReport {
  const since = new Map<Code, number>()
  return () => {
    const found = judge(vitals)
    for (const code of since.keys()) if (!found.has(code)) since.delete(code)
    const reasons = [...found].map(([code, text]) => {
      const at = since.get(code) ?? clock.now()
      since.set(code, at)
      return { code, text, since: new Date(at).toISOString() }
    })
    return { ready: reasons.length === 0, reasons }
  }
}

function judge(vitals: HealthVitals): Map<Code, string> {
  const found = new Map<Code, string>()
  const age = vitals.snapshotAgeMs()
  if (age === null) found.set('snapshot-missing', 'there is no directory snapshot: every recipient hears 451')
  else if (vitals.snapshotIsEmpty())
    found.set('snapshot-missing', 'there is no domain in the directory: every recipient hears 451')
  else if (age > vitals.snapshotMaxAgeMs())
    found.set(
      'snapshot-old',
      'the directory snapshot is older than directory.maxAge: every recipient hears 451',
    )
  if (vitals.stalledMs() > vitals.stallLimitMs())
    found.set('spool-stalled', 'the spool does not finish writing: new mail hears 451')
  if (vitals.diskPercent() >= vitals.diskLimitPercent() || vitals.diskFree() < vitals.diskReserve())
    found.set('disk-full', 'the disk of the spool is full: new mail hears 452')
  return found
}
