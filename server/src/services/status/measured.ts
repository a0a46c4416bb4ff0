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
}

/** What one period came to. */
export interface PeriodReading {
  readonly result: 'good' | 'bad' | 'unknown'
  /** Of a bad one. */
  readonly level: ComponentState
  readonly words: string
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
/** A component is green again after so long without a bad period. */
export const greenAfterMs = 10 * periodMs
/** An incident may be closed after so long. */
export const closeAfterMs = 30 * periodMs
/** Periods without a word from which on a component is unknown. */
export const silentPeriods = 2

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
): Measured {
  const before = known && bridged(known, periodAt)
  const last = before ?? nothingYet(component, periodAt)
  const now = { ...last, periodAt }
  if (reading.result === 'unknown')
    return { ...now, goodSince: null, unknownSince: last.unknownSince ?? periodAt, words: reading.words }
  if (reading.result === 'good') {
    const goodSince = last.goodSince ?? periodAt
    const isGreen = periodAt + periodMs - goodSince >= greenAfterMs
    return {
      ...now,
      ...{ goodSince, unknownSince: null, badPeriods: 0, badSince: null, words: '' },
      suspectedSince: isGreen ? null : last.suspectedSince,
    }
  }
  const badSince = last.badSince ?? periodAt
  const badPeriods = last.badPeriods + 1
  return {
    ...now,
    ...{ goodSince: null, unknownSince: null, badPeriods, badSince, lastBadAt: periodAt },
    ...{ level: reading.level, words: reading.words },
    suspectedSince: last.suspectedSince ?? (badPeriods >= 2 ? badSince : null),
  }
}

/** What is left of a state when periods were missed: a run of good ones ends, a suspicion does not. */
function bridged(known: Measured, periodAt: number): Measured {
  const missed = periodAt - known.periodAt
  if (missed <= silentPeriods * periodMs) return known
  return { ...known, goodSince: null, badSince: null, badPeriods: 0, unknownSince: known.unknownSince }
}

/** Whether a period is still to come: it was counted by a clock that was wrong. */
export function isAhead(periodAt: number, now: number): boolean {
  return periodAt - now > silentPeriods * periodMs
}

/** Since when nothing is known of it; null: it is measured. */
export function unknownSince(measured: Measured, now: number): number | null {
  if (isAhead(measured.periodAt, now)) return now
  const silence = now - measured.periodAt
  if (silence > (silentPeriods + 1) * periodMs) return measured.unknownSince ?? measured.periodAt + periodMs
  if (measured.unknownSince === null) return null
  const lasts = measured.periodAt + periodMs - measured.unknownSince
  return lasts >= silentPeriods * periodMs ? measured.unknownSince : null
}

/** How long it has been good without a break (ms); 0: it is not, or it is not known. */
export function goodFor(measured: Measured, now: number): number {
  if (measured.goodSince === null || unknownSince(measured, now) !== null) return 0
  return measured.periodAt + periodMs - measured.goodSince
}
