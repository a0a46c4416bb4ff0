import type { Client } from '#flow/spool/message.ts'

/** Mail that was refused in the dialogue, so that "where is this mail?" has an answer for it too. */
export interface Refusal {
  readonly id: string
  readonly at: number
  /** Tenant of the recipient where known, else empty. */
  readonly tenant: string
  readonly client: Client
  readonly mailFrom: string
  /** The refused recipient; where the whole message was refused, all of them, parted by commas. */
  readonly rcptTo: string
  /** connect, helo, mail, rcpt, data, message. */
  readonly stage: string
  readonly code: number
  readonly enhanced: string
  /** Stable word for why, such as `unknown-recipient` or `dmarc-fail`. */
  readonly reason: string
  /** What the peer read. */
  readonly text: string
  readonly subject: string
  readonly headerMessageId: string
  /** How many more of the same kind this line stands for, and findings of the message. */
  readonly detail: object | null
}

/** Where refusals are written. They promise nothing to anybody, so they need not be durable before the answer. */
export interface RefusalLog {
  recordRefusals(refusals: readonly Refusal[]): Promise<void>
}
