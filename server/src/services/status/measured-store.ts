import type { Measured, Override } from './measured.ts'

/** Minutes of a day (UTC) by what they were; what is missing to a whole day was not measured. */
export interface MeasuredDay {
  readonly component: string
  /** `2027-06-09`. */
  readonly day: string
  readonly good: number
  readonly degraded: number
  readonly partial: number
  readonly major: number
  readonly unknown: number
}

/** What a minute counted as. */
export type MinuteKind = 'good' | 'degraded' | 'partial' | 'major' | 'unknown'

/** What was measured of components, and what people said against it. */
export interface MeasuredStore {
  measured(): Promise<Measured[]>
  /**
   * Takes the new state of a component down and counts its minute. False: that period was counted before.
   * @param minute null: this minute has been counted
   */
  noteMeasured(measured: Measured, minute: MinuteKind | null): Promise<boolean>
  /** From a day on, oldest first. */
  measuredDays(since: string): Promise<MeasuredDay[]>
  /** Forgets days of before one, and what was measured of components that are gone. */
  forgetMeasured(daysBefore: string): Promise<void>
  /** Those that count at a moment. */
  overrides(now: number): Promise<Override[]>
  /**
   * Puts it in place of the one that counts at its moment, if that is still the one that was seen (null: none).
   * @returns false: somebody was faster, and nothing was written
   */
  putOverride(override: Override, seen: Override | null): Promise<boolean>
  /** Takes one back, if it is still the one that was seen. False: it is not. */
  removeOverride(seen: Override): Promise<boolean>
}
