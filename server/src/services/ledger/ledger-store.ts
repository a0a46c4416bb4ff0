import type { Attempt } from '#flow/delivery/delivery-store.ts'
import type { Client, Direction, Explanation, MailParameters } from '#flow/spool/message.ts'
import type { DeliveryState } from '#flow/spool/message-state.ts'

/** Whose mail may be seen; whoever is given none sees all. */
export interface Reach {
  readonly tenants: readonly string[]
  /**
   * Domains of ours at either end of the mail, or groups and people of theirs by name (`group:DOMAIN/NAME`,
   * `user:ADDRESS`); null: all of these tenants. Who does not know of groups and people finds no domain of such a name,
   * and shows nothing.
   */
  readonly domains: readonly string[] | null
}

/** What is looked for. All given conditions must hold; at least one address, id, subject or time should be given. */
export interface TraceQuery {
  readonly id?: string
  /** Sender or recipient. */
  readonly address?: string
  readonly sender?: string
  readonly recipient?: string
  /** Part of the subject, any case. */
  readonly subject?: string
  readonly headerMessageId?: string
  /** A state that one of its deliveries is in; refused: only what was refused in the dialogue. */
  readonly state?: DeliveryState | 'refused'
  readonly since?: number
  readonly until?: number
  /** Only mail of this tenant; undefined: all that the asker may see. */
  readonly tenant?: string
  /** Only deliveries in reach, and of a message only those. */
  readonly within?: Reach
  readonly limit: number
}

/** One line of a list: a message, or a refusal in the dialogue. */
export interface TraceLine {
  readonly kind: 'message' | 'refusal'
  readonly id: string
  readonly at: number
  readonly direction: Direction
  readonly mailFrom: string
  readonly rcptTo: readonly string[]
  readonly subject: string
  readonly size: number
  /** States of its deliveries, each once; for a refusal `refused`. */
  readonly states: readonly (DeliveryState | 'refused')[]
  /** Reason of the first delivery, or of the refusal. */
  readonly reason: string
}

export interface LedgerEvent {
  readonly seq: number
  readonly at: number
  readonly node: string
  readonly tenant: string
  readonly messageId: string
  readonly n: number | null
  readonly kind: string
  readonly state: DeliveryState | null
  readonly reason: string
  readonly detail: Readonly<Record<string, unknown>> | null
}

export interface TracedDelivery {
  readonly n: number
  readonly rcptTo: string
  readonly tenant: string
  readonly lane: string
  readonly state: DeliveryState
  readonly reason: string
  readonly attempts: number
  readonly acceptedAt: number
  readonly dueAt: number | null
  readonly underWay: boolean
  readonly expiresAt: number
  readonly settledAt: number | null
  readonly lastAttempt: Attempt | null
}

export interface TracedMessage {
  readonly kind: 'message'
  readonly id: string
  readonly node: string
  readonly direction: Direction
  readonly mailFrom: string
  readonly client: Client
  readonly parameters: MailParameters
  readonly size: number
  readonly receivedAt: number
  readonly subject: string
  readonly headerFrom: string
  readonly headerMessageId: string
  readonly state: string
  readonly explanation: Explanation
  readonly contentKept: boolean
  /** Whether its content is encrypted where it is kept. */
  readonly contentEncrypted: boolean
  /** Short links of it that wait to be followed. */
  readonly linksPending: number
  /** Since when (ms); null: none waits. */
  readonly linksPendingSince: number | null
  readonly deliveries: readonly TracedDelivery[]
  readonly events: readonly LedgerEvent[]
}

export interface TracedRefusal {
  readonly kind: 'refusal'
  readonly id: string
  readonly at: number
  readonly node: string
  readonly tenant: string
  readonly client: Client
  readonly mailFrom: string
  readonly rcptTo: string
  readonly stage: string
  readonly code: number
  readonly enhanced: string
  readonly reason: string
  readonly text: string
  readonly subject: string
  readonly headerMessageId: string
  readonly detail: Readonly<Record<string, unknown>> | null
}

/** A question about a stretch of time: whose mail met this reason, on this node? */
export interface AffectedQuery {
  readonly since: number
  readonly until: number
  /** Reason of an event or refusal; undefined: any. */
  readonly reason?: string
  /** Kind of event: accepted, deferred, delivered, returned, ...; refused for refusals. */
  readonly kind?: string
  readonly node?: string
  readonly tenant?: string
  /** Part of the peer's reply, any case. */
  readonly reply?: string
  /** Codes of findings of the message, any of them; `*` stands for anything. */
  readonly findings?: readonly string[]
  /** Only mail that was judged although something could not be checked (N-21). */
  readonly onError?: boolean
  /** Refusals count as inbound. */
  readonly direction?: Direction
  /** Domain of the recipient. */
  readonly domain?: string
  /** Only what was accepted in the stretch and had not come to an end so long after (ms). */
  readonly lateBy?: number
  /** Only deliveries of these messages, and no refusals. */
  readonly messageIds?: readonly string[]
  /** Only what is in reach. */
  readonly within?: Reach
}

/** One delivery that an affected query names, as it stands now. */
export interface AffectedLine {
  readonly messageId: string
  readonly n: number | null
  readonly tenant: string
  readonly mailFrom: string
  readonly rcptTo: string
  readonly subject: string
  /** The first event that matched. */
  readonly happened: string
  readonly happenedAt: number
  readonly node: string
  readonly reason: string
  readonly reply: string
  readonly state: DeliveryState | 'refused'
  /** Why it is in its state now. */
  readonly stateReason: string
  /** When it is tried next; null: not before somebody says so, or never. */
  readonly dueAt: number | null
  readonly contentKept: boolean
  /** Until when the content of returned mail is kept; null: no such time. */
  readonly keepUntil: number | null
  /** The sending side. */
  readonly client: { readonly ip: string; readonly helo: string }
}

/** The same as the ledger answers it, with how long it took. */
export interface FoundLine extends AffectedLine {
  /** When it was accepted; null: it was refused. */
  readonly acceptedAt: number | null
  /** When it came to an end for the first time; null: it waits, or was refused. */
  readonly endedAt: number | null
}

export const bookColumns = [
  'accepted',
  'delivered',
  'returned',
  'quarantined',
  'held',
  'sealed',
  'discarded',
  'waiting',
] as const
export type BookColumn = (typeof bookColumns)[number]
export type BookFigures = Readonly<Record<BookColumn, number>>

/** The books of one tenant and direction. */
export interface BookLine extends BookFigures {
  readonly tenant: string
  readonly direction: Direction
}

export interface MinuteFigures extends BookFigures {
  /** Start of the minute, in milliseconds. */
  readonly at: number
}

/** One thing that does not fit together. */
export interface Difference {
  readonly what: 'books-and-rows' | 'events-and-rows' | 'content-missing' | 'content-left-over' | 'minute'
  readonly text: string
  readonly messageId: string | null
}

/** From a moment on, up to another that is not in it, milliseconds since 1970. */
export interface Stretch {
  readonly since: number
  readonly until: number
}

/** How many of a tenant and direction there are of something. */
export interface Tally {
  readonly tenant: string
  readonly direction: string
  /** accepted, deferred, a state, refused, or verdict-X, as the ledger has them; booked: accepted, as the books have it. */
  readonly what: string
  readonly deliveries: number
}

/** What became of every message. Reading only; the flow writes, in the transactions of the changes themselves. */
export interface LedgerStore {
  find(query: TraceQuery): Promise<TraceLine[]>
  read(id: string): Promise<TracedMessage | TracedRefusal | null>
  /** Of these addresses those of groups and people that a reach names, as the directory knows them now. */
  addressesOf(names: readonly string[], addresses: readonly string[]): Promise<string[]>
  /** Pages of at most `limit` lines, in order; `after` is the last key of the page before, empty for the first. */
  affected(
    query: AffectedQuery,
    after: string,
    limit: number,
  ): Promise<{ lines: FoundLine[]; next: string | null }>
  books(): Promise<BookLine[]>
  /** Of what is in reach; undefined: of all. For some domains only a short stretch, such as an hour, is cheap. */
  minutes(since: number, until: number, within?: Reach): Promise<MinuteFigures[]>
  /** Compares books, rows, events and content with each other; at most `limit` differences. */
  audit(limit: number): Promise<Difference[]>
  /** The same for the mail of a stretch of whole minutes, of which one holds up nobody for long. */
  auditStretch(stretch: Stretch, limit: number): Promise<Difference[]>
  /** Counts events and books of a stretch, of whole minutes; some minutes are cheap. */
  tally(since: number, until: number): Promise<Tally[]>
  /** Counts the refusals of `within` whose ids were made in `ids`, of which some minutes are cheap. */
  tallyRefused(ids: Stretch, within: Stretch): Promise<Tally[]>
  /** Events after a sequence number, for following live. */
  eventsAfter(seq: number, limit: number): Promise<LedgerEvent[]>
  /** Moment and number of the newest event: what is shown is complete up to here. */
  completeUpTo(): Promise<{ seq: number; at: number }>
}
