import type { MailFilter } from '#services/search/mail-filter.ts'
import type { IndexProgress, MailLine, SearchPage, SearchStore } from '#services/search/search-store.ts'
import type { Statements } from '../database/statements.ts'
import type { Synchronous } from '../database/synchronous.ts'
import { logs } from './logs.ts'
import { type MailFacts, readMessageFacts, readRefusalFacts } from './mail-facts.ts'
import { matcherOf } from './matches.ts'
import { firstPlaceAt, momentOfPlace } from './places.ts'
import { expressionOf } from './terms.ts'

interface Entry {
  readonly place: number
  readonly message_id: string
  readonly n: number | null
}

const beyondAll = Number.MAX_SAFE_INTEGER

/**
 * SearchStore on SQLite: places from the index, then the truth from the ledger. It looks backwards, and where
 * the time is over it says how far it came.
 */
export class SqliteSearchStore implements Synchronous<SearchStore> {
  readonly #ledger: Statements
  readonly #index: () => Statements

  /** @param index opens the index when it is first needed: it may not be there yet. @throws Error where there is none */
  constructor(ledger: Statements, index: () => Statements) {
    this.#ledger = ledger
    this.#index = index
  }

  find(
    filter: MailFilter,
    before: number | null,
    limit: number,
    budgetMs: number,
    onePerMessage: boolean,
  ): SearchPage {
    const began = performance.now()
    const index = this.#index()
    const expression = expressionOf(filter)
    const isMeant = matcherOf(filter)
    const oldest = filter.since === undefined ? 0 : firstPlaceAt(filter.since)
    const newest = filter.until === undefined ? beyondAll : firstPlaceAt(filter.until + 1)
    const lines: MailLine[] = []
    const seen = new Set<string>()
    const end = Math.min(before ?? beyondAll, newest)
    for (const entry of entriesOf(index, expression, oldest, end)) {
      const { place } = entry
      const facts = onePerMessage && seen.has(entry.message_id) ? null : this.#factsOf(entry)
      if (facts && isMeant(facts)) {
        lines.push(toLine(facts, place))
        seen.add(entry.message_id)
      }
      if (lines.length >= limit || performance.now() - began > budgetMs)
        return { lines, place, backTo: momentOfPlace(place) }
    }
    return { lines, place: null, backTo: null }
  }

  pick(filter: MailFilter, keys: readonly { messageId: string; n: number | null }[]): MailLine[] {
    const isMeant = matcherOf(filter)
    return keys.flatMap(({ messageId, n }) => {
      const facts = this.#factsOf({ message_id: messageId, n })
      return facts && isMeant(facts) ? [toLine(facts, 0)] : []
    })
  }

  progress(now: number): IndexProgress {
    const index = this.#index()
    let [completeUpTo, behind, total] = [now, 0, 0]
    for (const log of logs) {
      const seq = index.get<{ seq: number }>('SELECT seq FROM positions WHERE log = ?', log.name)?.seq ?? 0
      const gaps = index.all<{ first: number; last: number }>(
        'SELECT first, last FROM gaps WHERE log = ? ORDER BY first',
        log.name,
      )
      const [head, tail] = [log.head(this.#ledger), log.tail(this.#ledger)]
      total += head === 0 ? 0 : head - tail + 1
      behind += Math.max(0, head - seq) + gaps.reduce((sum, each) => sum + each.last - each.first + 1, 0)
      const missing = gaps[0]?.first ?? (head > seq ? seq + 1 : null)
      const at = missing === null ? null : log.atOf(this.#ledger, missing)
      if (at !== null) completeUpTo = Math.min(completeUpTo, at - 1)
    }
    return { completeUpTo, behind, total }
  }

  /** What the ledger says now; null: it has forgotten it. */
  #factsOf({ message_id: id, n }: Pick<Entry, 'message_id' | 'n'>): MailFacts | null {
    if (n === null) return readRefusalFacts(this.#ledger, id)
    return readMessageFacts(this.#ledger, id, new Set([n]))[0] ?? null
  }
}

function entriesOf(index: Statements, expression: string, from: number, to: number): IterableIterator<Entry> {
  if (expression === '')
    return index.iterate<Entry>(
      'SELECT place, message_id, n FROM entries WHERE place >= ? AND place < ? ORDER BY place DESC',
      from,
      to,
    )
  return index.iterate<Entry>(
    `SELECT e.place AS place, e.message_id AS message_id, e.n AS n FROM terms t CROSS JOIN entries e ON e.place = t.rowid
     WHERE t.terms MATCH ? AND t.rowid >= ? AND t.rowid < ? ORDER BY t.rowid DESC`,
    expression,
    from,
    to,
  )
}

function toLine(facts: MailFacts, place: number): MailLine {
  const { findings: _codes, kinds: _kinds, reasons, replies, ...line } = facts
  return { ...line, place, reason: reasons[0] ?? '', reply: replies[0] ?? '' }
}
