import type { Direction } from '#flow/spool/message.ts'
import type { DeliveryState } from '#flow/spool/message-state.ts'
import type { MailFilter } from './mail-filter.ts'

/** A delivery, or (n null) what was refused. */
export interface MailKey {
  readonly messageId: string
  readonly n: number | null
}

/** One delivery, or what was refused, as it stands now. */
export interface MailLine {
  /** Place in the order of the search; the next page begins behind it. */
  readonly place: number
  readonly kind: 'delivery' | 'refusal'
  readonly messageId: string
  /** Number of the recipient; null for a refusal. */
  readonly n: number | null
  readonly at: number
  readonly node: string
  readonly tenant: string
  readonly direction: Direction
  readonly mailFrom: string
  readonly headerFrom: string
  readonly rcptTo: string
  readonly subject: string
  readonly size: number
  readonly verdict: string
  /** Null: it was not judged. */
  readonly score: number | null
  readonly ip: string
  readonly state: DeliveryState | 'refused'
  readonly reason: string
  readonly attempts: number
  /** When it is tried next; null: not before somebody says so, or never. */
  readonly dueAt: number | null
  /** What was last said by a receiver, or by us where it was refused. */
  readonly reply: string
  readonly contentKept: boolean
}

export interface SearchPage {
  /** Newest first. */
  readonly lines: readonly MailLine[]
  /** Where the search ended: `place` of the last line, or of what it has looked at; null: at the beginning of all mail. */
  readonly place: number | null
  /** Received time up to which it has looked, backwards; null: to the beginning. */
  readonly backTo: number | null
}

/** A message of a list: what the filter has found of it first, and all of its recipients in reach. */
export interface FoundMessage {
  readonly line: MailLine
  readonly rcptTo: readonly string[]
  readonly states: readonly string[]
}

/** Messages and refusals, each once; further recipients of a message stand with it. */
export interface MessagePage extends Omit<SearchPage, 'lines'> {
  /** Newest first. */
  readonly messages: readonly FoundMessage[]
  /** How far the index had come when it was looked for. */
  readonly progress: IndexProgress
}

/** How far behind the mail the index is. */
export interface IndexProgress {
  /** Everything that happened up to this moment can be found; null: nothing is certain yet. */
  readonly completeUpTo: number | null
  /** Events and refusals that are still to be taken in. */
  readonly behind: number
  /** All that there are. */
  readonly total: number
  /** What is known to be wrong in it, the oldest first: at most 20 stretches, and what was mended in the last minutes. */
  readonly stretches: readonly WrongStretch[]
  /** Each node that takes or sends mail. */
  readonly nodes: readonly NodeProgress[]
}

/** Mail received in a stretch of time that the index lacks, or has twice. */
export interface WrongStretch {
  readonly since: number
  readonly until: number
  /** behind: it was passed over to take in newer mail first, and is come back to. */
  readonly kind: 'missing' | 'double' | 'behind'
  /** How many there are too few or too many: deliveries and refusals; behind: events. */
  readonly entries: number
  readonly foundAt: number | null
  /** When it was made anew from the ledger; null: not yet. */
  readonly mendedAt: number | null
}

export interface NodeProgress {
  readonly node: string
  readonly completeUpTo: number
  /** When it was last heard of, if that is too long ago; null: it is well. */
  readonly unknownSince: number | null
}

/** Counts of a stretch of a filter. */
export interface MailTally {
  readonly total: number
  readonly states: Readonly<Record<string, number>>
  readonly tenants: Readonly<Record<string, number>>
  /** Empty name: it was not judged. */
  readonly verdicts: Readonly<Record<string, number>>
  /** Where counting goes on; null: it is done. */
  readonly place: number | null
  readonly backTo: number | null
}

/** How often rules have held. */
export interface RuleHits {
  /** Since when; later than was asked where the index knows rules for a shorter time. */
  readonly since: number
  /** Deliveries and refusals, in the order of the rules; 10,000: so many or more. */
  readonly hits: readonly number[]
}

/** How far the logs of the ledger were read. */
export interface LogPositions {
  readonly events: number
  readonly refusals: number
}

/** Finds mail by the index. It reads only; what it answers is the state of each message now, never that of the index. */
export interface SearchStore {
  /** Lines before a place (null: from the newest), at most `limit`, looked for at most `budgetMs`. */
  find(filter: MailFilter, before: number | null, limit: number, budgetMs: number): Promise<SearchPage>
  /** The same for a list of messages, with all that it shows: one question, answered as of one moment. */
  page(
    filter: MailFilter,
    before: number | null,
    limit: number,
    budgetMs: number,
    now: number,
  ): Promise<MessagePage>
  /** Those of these deliveries that a filter means, as they stand now. */
  pick(filter: MailFilter, keys: readonly MailKey[]): Promise<MailLine[]>
  /** Counts from a place on, backwards, for at most `budgetMs`. */
  tally(filter: MailFilter, before: number | null, budgetMs: number): Promise<MailTally>
  /** What happened since; `after` null: nothing yet, from now on. */
  newer(
    after: LogPositions | null,
    limit: number,
  ): Promise<{
    readonly keys: readonly MailKey[]
    readonly positions: LogPositions
    readonly skipped: number
  }>
  /** How much mail received since a moment some rules held for, as far as the index has come; null: it knows no rules. */
  ruleHits(rules: readonly string[], since: number): Promise<RuleHits | null>
  progress(now: number): Promise<IndexProgress>
}

/** Keeps the index, behind the mail. */
export interface IndexStore {
  /** Takes in at most `limit` events, the newest first where it is far behind. Answers how many; 0: it is up to date. */
  advance(limit: number): Promise<number>
  /** Forgets what the ledger has forgotten, looking at most at `limit` old entries. Answers how many it forgot. */
  sweep(before: number, limit: number): Promise<number>
  /**
   * Compares what was taken in with the ledger, and all entries with their sums, for about `budgetMs`; where it stopped
   * it goes on. Answers how many minutes it has marked as wrong.
   */
  compare(now: number, budgetMs: number): Promise<number>
  /**
   * Makes marked minutes anew from the ledger, the newest first, in pieces of some milliseconds between which others
   * write, for about `budgetMs`; where it stopped it goes on. Answers whether there may be more to do.
   */
  mend(now: number, budgetMs: number): Promise<boolean>
}
