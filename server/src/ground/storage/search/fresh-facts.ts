import type { MailKey } from '#services/search/search-store.ts'
import type { Statements } from '../database/statements.ts'
import { logs, type SearchLog } from './logs.ts'
import { type FactsRead, type MailFacts, readMessageFacts, readRefusalFacts } from './mail-facts.ts'
import { placeOf } from './places.ts'

/** Events that are read beside the index while it has not taken them in. */
export const mostFresh = 1000
/**
 * The same for lists that people look at again and again: where so little happens they see it at once. Where more does, the
 * index takes it in within a second, and need not be overtaken by each of them.
 */
export const mostFreshListed = 200
/** What was read is read again after this: what is forgotten on demand leaves no event. */
const keptMs = 5000

/** What happened to one delivery, or one refusal, since the index was last written. */
export interface FreshMail {
  readonly place: number
  readonly facts: MailFacts
}

interface Kept extends FreshMail {
  readonly key: MailKey
  readonly log: SearchLog
  /** The line of the log up to which it was read: when the index has that one it has all of it. */
  readonly upTo: number
  readonly readAt: number
}

/**
 * What the ledger has and the index has not yet. A thread that searches again and again while mail flows reads each event
 * once, not once a question.
 */
export class FreshFacts {
  readonly #ledger: Statements
  readonly #kept = new Map<string, Kept>()
  /** What of each log has been read: the lines after the index had ended, up to what was its head then. */
  readonly #read = new Map<SearchLog, { readonly after: number; readonly upTo: number }>()

  constructor(ledger: Statements) {
    this.#ledger = ledger
  }

  /**
   * Newest first, so that nothing is missing while the index follows closely.
   * @param indexedUpTo the last line of a log that the index has
   * @param most so many events are read, `mostFresh` or fewer
   * @returns nothing, where the index is further behind than that
   */
  read(indexedUpTo: (log: SearchLog) => number, most: number): FreshMail[] {
    const stretches = logs.map((log) => ({ log, seq: indexedUpTo(log), head: log.head(this.#ledger) }))
    const behind = Math.max(...stretches.map(({ seq, head }) => head - seq))
    if (behind > mostFresh) {
      this.#kept.clear()
      this.#read.clear()
    }
    if (behind > most) return []
    for (const { log, seq, head } of stretches) this.#follow(log, seq, head)
    this.#readOldAgain()
    return [...this.#kept.values()].sort((a, b) => b.place - a.place)
  }

  #follow(log: SearchLog, seq: number, head: number): void {
    const read = this.#read.get(log)
    // An index that was built anew lacks what the one before it had.
    const isOn = read !== undefined && seq >= read.after && head >= read.upTo
    for (const [name, each] of this.#kept)
      if (each.log === log && (!isOn || each.upTo <= seq)) this.#kept.delete(name)
    const from = isOn ? Math.max(seq, read.upTo) : seq
    if (head > from) this.#take(log, from + 1, head)
    this.#read.set(log, { after: seq, upTo: head })
  }

  #take(log: SearchLog, first: number, last: number): void {
    const found = log.read(this.#ledger, first, last)
    for (const key of keysIn(log, found)) this.#keep(log, key, last)
    // What happened to a whole message names none of its deliveries: those that are kept are read again.
    for (const [name, each] of this.#kept)
      if (each.log === log && each.key.n !== null && found.get(each.key.messageId)?.whole)
        this.#kept.set(name, { ...each, upTo: last, readAt: Number.NEGATIVE_INFINITY })
  }

  #readOldAgain(): void {
    const before = performance.now() - keptMs
    for (const { log, key, upTo, readAt } of this.#kept.values())
      if (readAt < before) this.#keep(log, key, upTo)
  }

  #keep(log: SearchLog, key: MailKey, upTo: number): void {
    const facts = factsOf(this.#ledger, key)
    if (!facts) {
      this.#kept.delete(keyOf(key))
      return
    }
    const place = placeOf(facts.at, facts.messageId, facts.n)
    this.#kept.set(keyOf(key), { key, log, upTo, place, facts, readAt: performance.now() })
  }
}

/** What the ledger says now of a delivery or a refusal; null: it has forgotten it. */
export function factsOf(
  ledger: Statements,
  { messageId, n }: MailKey,
  read: FactsRead = 'all',
): MailFacts | null {
  if (n === null) return readRefusalFacts(ledger, messageId)
  return readMessageFacts(ledger, messageId, new Set([n]), read)[0] ?? null
}

/** Deliveries and refusals that a stretch of a log is about. */
export function keysOf(log: SearchLog, ledger: Statements, first: number, last: number): MailKey[] {
  return keysIn(log, log.read(ledger, first, last))
}

function keysIn(log: SearchLog, found: ReturnType<SearchLog['read']>): MailKey[] {
  return [...found].flatMap(([messageId, { deliveries }]): MailKey[] =>
    log.name === 'refusals' ? [{ messageId, n: null }] : [...deliveries].map((n) => ({ messageId, n })),
  )
}

/** Tells deliveries and refusals apart. */
export function keyOf({ messageId, n }: MailKey): string {
  return `${messageId}/${n}`
}
