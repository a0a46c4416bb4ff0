import type { DrillMail } from '#services/watch/probe-mail-store.ts'
import type { LiveDrillKind, Said } from './live-drill.ts'

/** A letter of a drill, as those know it who sent and took it. */
export interface DrillLetter {
  readonly messageId: string
  /** When our door had taken it (ms). */
  readonly takenAt: number
  /** When the next hop had taken it; null: it has not. */
  arrivedAt: number | null
  /** How often the next hop took it. */
  copies: number
}

/** What the platform says of the fault. */
export interface DrillLook {
  readonly alarm: Said | null
  readonly finding: Said | null
  readonly incident: Said | null
  readonly cause: Said | null
  readonly quietAt: number | null
}

/** The road that letters of a drill take: our own door, checks, spool and delivery, to a next hop that is ours too. */
export interface DrillRoad {
  /** Begins with a next hop in which all is well. */
  open(): Promise<void>
  /** Breaks the next hop; null: mends it. */
  setFault(kind: LiveDrillKind | null): Promise<void>
  /** Hands a letter in at our door. @throws Error where it is not taken */
  send(): Promise<DrillLetter>
  /** How many letters the next hop did not take at once, for its fault. */
  harmed(): number
  /** What the spool has of drills; what is being written at this moment may be missing. */
  rows(): Promise<DrillMail[]>
  /** The same behind all that was ordered before. It takes its turn among those who write mail: for the end alone. */
  rowsNow(): Promise<DrillMail[]>
  /** Takes letters out of the spool, where nothing will be sent any more. */
  remove(messageIds: readonly string[]): Promise<void>
  /** Judges what was measured by now. */
  look(): Promise<DrillLook>
  /** Nothing is sent any more; to be called in any case. */
  close(): Promise<void>
}
