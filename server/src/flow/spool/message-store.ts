import type { NewDomainReport } from './domain-report.ts'
import type { HeldNote } from './held-note.ts'
import type {
  Body,
  DeliveryKey,
  DeliveryTerms,
  Direction,
  Explanation,
  MessageEdit,
  MessageSender,
  NewDelivery,
  NewMessage,
  SuppressedDelivery,
} from './message.ts'
import type { DeliveryState } from './message-state.ts'
import type { NewRadarReply } from './radar-reply.ts'
import type { Reason } from './reasons.ts'
import type { NewReport, ReportAnswer } from './report.ts'
import type { ReviewNote } from './review-note.ts'
import type { SendingNote } from './sending-note.ts'

/** A message with its recipients, to be written in one transaction. */
export interface Acceptance {
  readonly message: NewMessage
  readonly body: Body
  readonly deliveries: readonly NewDelivery[]
  /**
   * Owner of a lease that the due deliveries are born with, or null: whoever claims them first.
   * Saves the mail that flows at once from being looked for.
   */
  readonly lease: { readonly owner: string; readonly until: number } | null
  /** What the message reports; taken with it or not at all. */
  readonly report?: NewReport
  /** The DMARC or TLS report that the message brings. */
  readonly domainReport?: NewDomainReport
  /** The answer to a test mail of ours that the message is. */
  readonly radarReply?: NewRadarReply
  /** The answer to a report that the message is; the same answer twice is a failure. */
  readonly answers?: ReportAnswer
  /** What makes it the same as one that is sent again; see flow/gateway/resubmissions.ts. */
  readonly submission?: { readonly key: string; readonly forgetBefore: number }
  /** What it brings to somebody whose mail waits, or settles for him. */
  readonly review?: ReviewNote
  /** What it tells somebody whose mail is held. */
  readonly held?: HeldNote
  /** What it adds to what its sender, who is one of ours, has sent. */
  readonly sending?: SendingNote
}

/** What a late inspection decided for one recipient. */
export interface LateDecision extends DeliveryKey {
  readonly state: DeliveryState
  readonly reason: Reason
  /** What it was judged to be, for figures; absent: a person has decided. */
  readonly verdict?: string
  readonly dueAt: number | null
  /** On what terms it goes from now on; absent: as before. */
  readonly terms?: DeliveryTerms
  /** What its line of the story says beside the reason. */
  readonly why?: string
}

/** A delivery that a rule asks for, made when the decision about delivery `beside` of the message counts. */
export interface LateAddition {
  readonly beside: number
  readonly delivery: Omit<NewDelivery, 'n'>
}

/** The verdict of a message that was inspected behind its answer. */
export interface LateVerdict {
  /** Null: what was said of the message before stands. */
  readonly explanation: Explanation | null
  /** Changes for sending; they come above those that the message has. */
  readonly edits: readonly MessageEdit[]
  readonly decisions: readonly LateDecision[]
  readonly added?: readonly LateAddition[]
  readonly subject: string
  readonly headerFrom: string
  readonly headerMessageId: string
  /** The report that the message makes. */
  readonly report?: NewReport
}

/** A message that was accepted before its inspection was complete. */
export interface UninspectedMessage {
  readonly id: string
  readonly receivedAt: number
  /** How often inspection has been started for it before. */
  readonly attempts: number
  readonly mailFrom: string
  readonly ip: string
  readonly helo: string
  /** Who of ours sends it; null: nobody of ours. */
  readonly sender: MessageSender | null
  readonly size: number
  /** What was said of it when a person let it go for somebody; null: nobody has. */
  readonly known: Explanation | null
  readonly recipients: readonly UninspectedRecipient[]
}

export interface UninspectedRecipient {
  readonly n: number
  readonly rcptTo: string
  readonly tenant: string
  readonly direction: Direction
  /** A person has let it go from quarantine; it is only scanned once more before it leaves (GW-39). */
  readonly isReleased: boolean
  /** Waits for its first verdict, or was set aside as unscanned. */
  readonly isUndecided: boolean
  /** A rule has made it: its recipient is none of the envelope. */
  readonly isAdded: boolean
}

/** What could not be taken over at the start, with its reason. */
export interface RecoveryReport {
  /** Leases of processes that are gone, given back. */
  readonly leasesFreed: number
  /** Messages that are parked because their content is missing or torn, whenever that was found. */
  readonly setAside: readonly { readonly id: string; readonly why: string }[]
  /** Processes of this site that run now, this one included. */
  readonly running: readonly string[]
  /** When a process of this site other than this one last said that it is well (ms); null: none ever did. */
  readonly heardAt: number | null
  /** Files that hold content of messages. */
  readonly bodyFiles: readonly string[]
  /** Deliveries that wait now. */
  readonly waiting: number
}

/** Encrypted messages that were parked, of a part of all. */
export interface EncryptedAside {
  readonly ids: readonly string[]
  /** Where the next part begins; null: this was the last. */
  readonly behind: string | null
}

/**
 * What Mailkeep has promised to keep. Each call is one transaction; a call that resolved is durable
 * (synced to disk, or committed by the database server). State, ledger event and books change together.
 * Failures are StoreErrors (ground/platform/store-error.ts).
 */
export interface MessageStore {
  /**
   * Writes a message, its content and its recipients. Only after this may a 250 be sent. Answers which of those that
   * are due are to be left alone.
   */
  accept(acceptance: Acceptance): Promise<readonly SuppressedDelivery[]>
  /** The message that was taken under a key since then; null: none. */
  submitted(key: string, since: number): Promise<string | null>
  /** Takes back what was written too late for its client, who has heard 451 and will come again. */
  withdraw(messageId: string, at: number): Promise<void>
  /** The stored content; null when it is gone or was never there. Checks it against its checksum. */
  readBody(messageId: string): Promise<Body | { readonly kind: 'damaged'; readonly why: string } | null>
  /** Claims messages whose inspection is not complete, oldest first. */
  claimUninspected(
    owner: string,
    now: number,
    leaseUntil: number,
    limit: number,
  ): Promise<UninspectedMessage[]>
  /** Lengthens the leases of inspections that go on. */
  renewInspections(messageIds: readonly string[], owner: string, leaseUntil: number): Promise<void>
  /** Records a late verdict. False: the lease was lost, and nothing was changed. */
  decide(messageId: string, owner: string, at: number, verdict: LateVerdict): Promise<boolean>
  /**
   * Ends an inspection without a verdict; it is tried again from `dueAt` on. With `unscannedAt` the message is set
   * aside as unscanned meanwhile, and leaves by itself when a verdict lets it.
   */
  postponeInspection(
    messageId: string,
    owner: string,
    dueAt: number,
    unscannedAt: number | null,
  ): Promise<void>
  /** Makes inspections due now that were postponed and that nobody has in hand; the oldest message comes first. */
  hurryInspections(now: number): Promise<void>
  /**
   * Parks a message that must not be touched again without a person. Answers how many of its deliveries wait for one by
   * this; 0: none waits, since it was ordered away meanwhile or is parked already.
   */
  setAside(messageId: string, reason: Reason, why: string, at: number): Promise<number>
  /** Registers this process and gives back leases of those that are gone. */
  recover(instance: string, node: string, pid: number, now: number): Promise<RecoveryReport>
  /** Encrypted messages that nobody works on and that none of us has found damaged, by id, behind one. */
  encryptedAside(after: string, limit: number): Promise<EncryptedAside>
  /**
   * Lets those go on whose content is whole: a version that knows of no encryption has taken them for damaged. Answers how
   * many.
   */
  resumeEncrypted(ids: readonly string[], now: number): Promise<number>
}
