import type { DeliveryKey } from '#flow/spool/message.ts'
import type { HopSums } from './hop-tries.ts'

/** How far a process that sends may be trusted with mail. */
export interface Standing {
  /**
   * looking: who else is there is not known yet; trial: nothing but synthetic messages; share: some of the mail;
   * full: like any other.
   */
  readonly kind: 'looking' | 'trial' | 'share' | 'full'
  /** Percent of the mail that it may take. */
  readonly percent: number
  /** Synthetic messages in a row that went through. */
  readonly passed: number
  /** What does not work: `clock`, `route`, `database`, or where in the conversation with a next hop; empty: nothing. */
  readonly step: string
  readonly why: string
  /** Since when it is so (ms). */
  readonly since: number
}

/** A process that sends, as the others see it. */
export interface NodeLine {
  readonly instance: string
  readonly node: string
  readonly pid: number
  readonly startedAt: number
  readonly seenAt: number
  /** Null: of a program that knows no probation; it is trusted. */
  readonly standing: Standing | null
  /** Version of the directory that it works with; null: none. */
  readonly snapshot: number | null
  /** How its next hops took what it sent in the last minutes. */
  readonly tries: readonly HopSums[]
}

/** Where processes that send see each other. */
export interface NodeBoard {
  /** What a process says of itself; it is there while it says something. */
  tell(instance: string, told: Pick<NodeLine, 'standing' | 'snapshot' | 'tries'>): Promise<void>
  /** All processes that send and have not ended. */
  nodes(): Promise<NodeLine[]>
  /** Makes waiting deliveries due now that nobody has in hand. */
  hurry(keys: readonly DeliveryKey[], now: number): Promise<void>
}
