import type { Direction } from '#flow/spool/message.ts'
import type { DeliveryState } from '#flow/spool/message-state.ts'
import type { NumberBounds } from '#ground/platform/number-bounds.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'

/**
 * Which mail is meant, delivery by delivery, and what was refused in the dialogue. All given conditions hold together,
 * of a list one of its members. Texts are compared without regard to case.
 */
export interface MailFilter {
  /** An address, or a domain with all below it, at either end or in the From field. */
  readonly address?: string
  /** Who sent it, as the envelope or the From field says: an address or a domain. */
  readonly from?: string
  /** Envelope sender: an address or a domain. */
  readonly sender?: string
  /** Envelope recipient: an address or a domain, or one of several. */
  readonly recipient?: string | readonly string[]
  /** Words of the subject, all of them; with a star at its end one may go on: `rech*`. */
  readonly subject?: string
  /** Words of what a receiver has said to us, or we to a sender; likewise. */
  readonly reply?: string
  readonly states?: readonly (DeliveryState | 'refused')[]
  readonly verdicts?: readonly string[]
  /** Why it is in its state, or was in one before. */
  readonly reasons?: readonly string[]
  /** What happened to it at some time: deferred, returned, ordered, ... */
  readonly kinds?: readonly string[]
  /** Codes of findings. */
  readonly findings?: readonly string[]
  /** Ids of rules that held for it. */
  readonly rules?: readonly string[]
  /** Versions of the set of definitions that judged it. */
  readonly definitions?: readonly string[]
  /** What a receiver's refusal or deferral meant at some time; see docs/reference/bounces.md. */
  readonly classes?: readonly string[]
  /** Address of the client, or a net such as 192.0.2.0/24 or 2001:db8::/64. */
  readonly ip?: string
  readonly direction?: Direction
  readonly node?: string
  readonly tenant?: string
  readonly size?: NumberBounds
  readonly score?: NumberBounds
  /** Received at this moment or later; at this moment or before. */
  readonly since?: number
  readonly until?: number
  /** Only what is in reach. */
  readonly within?: Reach
}
