import type {
  DeliveryKey,
  DeliveryTerms,
  Direction,
  DsnRequest,
  MailParameters,
  MessageEdit,
  SuppressedRecipient,
} from '#flow/spool/message.ts'
import type { Acceptance } from '#flow/spool/message-store.ts'
import type { Reason } from '#flow/spool/reasons.ts'
import type { BounceClass } from '#ground/bounces/bounce-classes.ts'

/** One recipient of a job, with what attempts before have left. */
export interface JobRecipient {
  readonly n: number
  readonly rcptTo: string
  readonly dsn: DsnRequest
  readonly attempts: number
  readonly reason: Reason
  readonly expiresAt: number
  /** When the sender hears that it still waits; null: never (again). */
  readonly noticeAt: number | null
  readonly lastAttempt: Attempt | null
  /** On what terms it goes, where a rule has a say. */
  readonly terms?: DeliveryTerms
  /** It was sent again after its sender had heard that it failed: he hears where it arrives after all. */
  readonly owesNews?: true
  /** It is to be left alone: mail of ours to the world does not go to it. */
  readonly suppressed?: SuppressedRecipient
  /** Tries that were refused because of the address they came from, the first one first. */
  readonly refusedFrom?: readonly AddressRefusal[]
}

/** A try that the receiver refused because of where it came from. */
export interface AddressRefusal {
  readonly ip: string
  readonly at: number
}

/** Claimed work: one message and those of its recipients that stand in one lane. */
export interface Job {
  readonly lane: string
  readonly message: {
    readonly id: string
    readonly direction: Direction
    readonly mailFrom: string
    readonly parameters: MailParameters
    readonly size: number
    readonly receivedAt: number
    readonly edits: readonly MessageEdit[]
    /** Inspection of ours had something against it: then a refusal of its address is final. */
    readonly isDoubted?: boolean
    /** It goes to many, and lets mail to one go first. */
    readonly isBulk?: boolean
  }
  readonly recipients: readonly JobRecipient[]
  /** It leaves encrypted or not at all; see DeliveryTerms. */
  readonly tls?: DeliveryTerms['tls']
}

/** What happened in one try, for the trace: the peer's own words included. */
export interface Attempt {
  readonly at: number
  /** connect, greeting, ehlo, starttls, mail, rcpt, data, final, lookup, identity, local. */
  readonly phase: string
  /** Where it led: next hop, host and address, as far as known. */
  readonly nextHop: string
  readonly host: string
  readonly ip: string
  readonly localAddress: string
  readonly tls: string
  readonly code: number
  readonly enhanced: string
  readonly reply: string
  readonly tookMs: number
  /** What it means; see docs/reference/bounces.md. Absent: it went through, or was before there were classes. */
  readonly class?: BounceClass
  /** Who runs the server that said so, where it is known; absent: somebody else. */
  readonly receiver?: string
}

/** What one recipient of a job has come to. `dueAt` counts where it goes on waiting. */
export interface Result {
  readonly n: number
  readonly state: 'waiting' | 'delivered' | 'returned' | 'discarded' | 'held'
  readonly reason: Reason
  readonly dueAt: number | null
  readonly expiresAt: number
  readonly noticeAt: number | null
  /** Null where no attempt was made: the life was over, or the work is given back. */
  readonly attempt: Attempt | null
  /** Its server said that it does not exist: it is left alone for so long, by how often that was. */
  readonly suppressMs?: readonly number[]
  /** Nobody is behind the address, by what its server said or by its domain. */
  readonly isUnreachable?: true
  /** Refusals because of our address so far; absent: as before. */
  readonly refusedFrom?: readonly AddressRefusal[]
}

/** The end of a job, with the notices that it makes us write; all in one transaction. */
export interface Settlement {
  readonly messageId: string
  readonly owner: string
  readonly at: number
  readonly results: readonly Result[]
  readonly notices: readonly Acceptance[]
  /** The stored content cannot be used any more, so nothing is kept for sending it again. */
  readonly contentIsDamaged?: boolean
}

export interface LaneSummary {
  readonly lane: string
  /** Earliest moment at which something in it is due. */
  readonly nextDue: number
  /** When a person last asked for an attempt that has not been made yet; null: nobody did. */
  readonly orderedAt: number | null
  /**
   * Since when its oldest mail waits for a first try; null: none does. Mail to many is left out: it lets others go first,
   * and its waiting says nothing of us.
   */
  readonly untriedSince: number | null
}

/**
 * Waiting deliveries, claimed by leases. A lease has an end: work of a process that went away becomes due again
 * by itself, and what a process settles after its lease was lost changes nothing (`settle` says so).
 */
export interface DeliveryStore {
  /** Lanes with waiting mail that has a due time. */
  lanes(): Promise<LaneSummary[]>
  /**
   * Claims due deliveries of a lane: new mail first, but a quarter of the room for what was tried before, and an
   * eighth for mail to many. At most `limit` messages. `nextDue`: when to ask again; null: nothing left that has a due time.
   */
  claim(
    lane: string,
    owner: string,
    now: number,
    leaseUntil: number,
    limit: number,
  ): Promise<{ jobs: Job[]; nextDue: number | null }>
  /** Claims waiting deliveries whose life is over, or whose sender is to hear of the delay. */
  claimOverdue(owner: string, now: number, leaseUntil: number, limit: number): Promise<Job[]>
  /** Writes what became of jobs. Answers for each whether the lease still held. */
  settle(settlements: readonly Settlement[]): Promise<boolean[]>
  /** Gives unattempted work back, due at `dueAt`. */
  giveBack(owner: string, keys: readonly DeliveryKey[], dueAt: number): Promise<void>
  /** Lengthens leases of work that goes on. */
  renew(owner: string, keys: readonly DeliveryKey[], leaseUntil: number): Promise<void>
  /** Number of waiting deliveries and age of the oldest, by lane. */
  backlog(): Promise<{ lane: string; waiting: number; oldest: number }[]>
}
