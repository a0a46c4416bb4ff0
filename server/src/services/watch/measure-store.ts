import type { MeasuredLine } from '#ground/platform/measured-line.ts'

/** Figures of one node in one period. */
export interface MeasuredRow extends MeasuredLine {
  readonly node: string
  /** When the period began (ms), in steps of `watch.period`. */
  readonly at: number
}

/** Deliveries that waited at a moment, by the books. */
export interface WaitingRow {
  readonly at: number
  readonly direction: 'inbound' | 'outbound'
  readonly waiting: number
}

/** What the processes of a site have measured, for a few hours. */
export interface MeasureStore {
  /** Adds what a process has seen in a period to what others of its node have seen in it. */
  noteMeasures(node: string, at: number, lines: readonly MeasuredLine[]): Promise<void>
  /** Takes down how much waits now. Of several that say so in a period the last one counts. */
  noteWaiting(at: number): Promise<void>
  /** All periods that began in this time, oldest first; at most so many rows, the newest ones. */
  measures(from: number, before: number, limit: number): Promise<MeasuredRow[]>
  waiting(from: number, before: number): Promise<WaitingRow[]>
  forgetMeasures(before: number): Promise<void>
}
