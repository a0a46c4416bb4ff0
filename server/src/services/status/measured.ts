import type { ComponentState } from './status-store.ts'

/**
 * How a component does by measurement, period by period.
 *
 * A component is suspected from its second bad period in a row on, and stays so until it was good for ten minutes
 * without a break. It is unknown when nothing was measured for two periods: neither a fault nor a comfort. What was
 * suspected before a gap is suspected behind it.
 */
export interface Measured {
  readonly component: string
  /** Beginning of the last period that was looked at (ms). */
  readonly periodAt: number
  /** When the suspicion began, by its first bad period; null: there is none. */
  readonly suspectedSince: number | null
  /** How bad it was when it was bad last. */
  readonly level: ComponentState
  readonly badPeriods: number
  /** First bad period of those in a row; null: the last one was not bad. */
  readonly badSince: number | null
  /** First good period of those in a row; null: the last one was not good. */
  readonly goodSince: number | null
  /** Since when nothing is measured; null: something is. */
  readonly unknownSince: number | null
  /** When it was bad last; null: never. */
  readonly lastBadAt: number | null
  /** What fails, for those who look after it; never published. */
  readonly words: string
  /** Which mail a fault hits, as far as that is measured; absent or null: both ways, or not known. */
  readonly direction?: 'inbound' | 'outbound' | null
  /** Share of that mail, 0 to 1; absent or null: not measured. */
  readonly share?: number | null
  /** Length of its periods (ms); absent: a minute. */
  readonly everyMs?: number
}

/** What one period came to. */
export interface PeriodReading {
  readonly result: 'good' | 'bad' | 'unknown'
  /** Of a bad one. */
  readonly level: ComponentState
  readonly words: string
  /** Of a bad one, where something says when the fault began (ms). */
  readonly since?: number
  readonly direction?: 'inbound' | 'outbound' | null
  readonly share?: number | null
}

/** What a person says of a component, in the place of what is measured. */
export interface Override {
  readonly component: string
  readonly state: ComponentState
  readonly until: number
  readonly why: string
  readonly who: string
  readonly at: number
}

export const periodMs = 60_000
/** A component is green again after so many good periods in a row. */
export const greenPeriods = 10
/** An incident may be closed after so long. */
export const closeAfterMs = 30 * periodMs
/** Periods without a word from which on a component is unknown. */
export const silentPeriods = 2

/** How long the periods of a component are (ms). */
export const lengthOf = ({ everyMs }: Pick<Measured, 'everyMs'>) => everyMs ?? periodMs

const nothingYet = (component: string, periodAt: number): Measured => ({
  ...{ component, periodAt, suspectedSince: null, level: 'operational', badPeriods: 0, badSince: null },
  ...{ goodSince: null, unknownSince: null, lastBadAt: null, words: '' },
})

/** The next state of a component. Periods that nobody looked at count as not measured. */
export function nextMeasured(
  known: Measured | undefined,
  component: string,
  reading: PeriodReading,
  periodAt: number,
  everyMs = periodMs,
): Measured {
  const before = known && bridged(known, periodAt)
  const last = before ?? nothingYet(component, periodAt)
  const now = { ...last, periodAt, everyMs }
  if (reading.result === 'unknown')
    return { ...now, goodSince: null, unknownSince: last.unknownSince ?? periodAt, words: reading.words }
  if (reading.result === 'good') {
    const goodSince = last.goodSince ?? periodAt
    const isGreen = periodAt + everyMs - goodSince >= greenPeriods * everyMs
    return {
      ...now,
      ...{ goodSince, unknownSince: null, badPeriods: 0, badSince: null, words: '' },
      suspectedSince: isGreen ? null : last.suspectedSince,
    }
  }
  const badSince = last.badSince ?? Math.min(periodAt, reading.since ?? periodAt)
  const badPeriods = last.badPeriods + 1
  return {
    ...now,
    ...{ goodSince: null, unknownSince: null, badPeriods, badSince, lastBadAt: periodAt },
    ...{ level: reading.level, words: reading.words },
    ...{ direction: reading.direction ?? null, share: reading.share ?? null },
    suspectedSince: last.suspectedSince ?? (badPeriods >= 2 ? badSince : null),
  }
}

/** What is left of a state when periods were missed: a run of good ones ends, a suspicion does not. */
function bridged(known: Measured, periodAt: number): Measured {
  const missed = periodAt - known.periodAt
  if (missed <= silentPeriods * lengthOf(known)) return known
  return { ...known, goodSince: null, badSince: null, badPeriods: 0, unknownSince: known.unknownSince }
}

/** Of each component what was measured last. */
export function newestOf(saved: readonly Measured[], unsaved: readonly Measured[]): Measured[] {
  const newest = new Map<string, Measured>()
  for (const each of [...saved, ...unsaved])
    if (each.periodAt >= (newest.get(each.component)?.periodAt ?? 0)) newest.set(each.component, each)
  return [...newest.values()]
}

/** Whether a period is still to come: it was counted by a clock that was wrong. */
export function isAhead(periodAt: number, now: number): boolean {
  return periodAt - now > silentPeriods * periodMs
}

/** Since when nothing is known of it; null: it is measured. */
export function unknownSince(measured: Measured, now: number): number | null {
  if (isAhead(measured.periodAt, now)) return now
  const silence = now - measured.periodAt
  const length = lengthOf(measured)
  if (silence > (silentPeriods + 1) * length) return measured.unknownSince ?? measured.periodAt + length
  if (measured.unknownSince === null) return null
  const lasts = measured.periodAt + length - measured.unknownSince
  return lasts >= silentPeriods * length ? measured.unknownSince : null
}

/** How long it has been good without a break (ms); 0: it is not, or it is not known. */
export function goodFor(measured: Measured, now: number): number {
  if (measured.goodSince === null || unknownSince(measured, now) !== null) return 0
  return measured.periodAt + lengthOf(measured) - measured.goodSince
}
