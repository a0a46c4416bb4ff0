import type { IndexStore } from '#services/search/search-store.ts'
import type { Statements } from '../database/statements.ts'
import type { Synchronous } from '../database/synchronous.ts'
import { IndexComparison } from './index-comparison.ts'
import { IndexEntries } from './index-entries.ts'
import { IndexMending } from './index-mending.ts'
import { logs, type SearchLog } from './logs.ts'
import { readMessageFacts, readRefusalFacts } from './mail-facts.ts'
import { firstPlaceAt } from './places.ts'
import { noteSummed } from './search-marks.ts'
import { ownTerms, ruleTerms } from './terms-since.ts'

interface Stretch {
  readonly first: number
  readonly last: number
}

/** Further behind than this, the newest is taken in first, and what lies between is come back to. */
const farBehind = 20_000

/**
 * IndexStore on SQLite: reads the ledger on one connection, writes the index on another. An entry is made from what the
 * ledger says of a delivery now, and its place follows from the delivery itself: so reading a stretch again changes
 * nothing, and a batch that was undone is simply read again.
 */
export class SqliteIndexStore implements Synchronous<IndexStore> {
  readonly #ledger: Statements
  readonly #index: Statements
  readonly #entries: IndexEntries
  readonly #comparison: IndexComparison
  readonly #mending: IndexMending
  #swept = 0

  constructor(ledger: Statements, index: Statements) {
    this.#ledger = ledger
    this.#index = index
    this.#entries = new IndexEntries(index)
    this.#comparison = new IndexComparison(ledger, index)
    this.#mending = new IndexMending(ledger, index, this.#entries)
  }

  advance(limit: number): number {
    let done = 0
    for (const log of logs) done += this.#transaction(() => this.#follow(log, limit))
    for (const log of logs)
      if (done < limit) done += this.#transaction(() => this.#fillGap(log, limit - done))
    return done
  }

  sweep(before: number, limit: number): number {
    const end = firstPlaceAt(before)
    const rows = this.#index.all<{ place: number; message_id: string; n: number | null }>(
      'SELECT place, message_id, n FROM entries WHERE place > ? AND place < ? ORDER BY place LIMIT ?',
      this.#swept,
      end,
      limit,
    )
    this.#swept = rows.length < limit ? 0 : (rows.at(-1)?.place ?? 0)
    const gone = rows.filter(
      ({ message_id: id, n }) =>
        !this.#ledger.get(`SELECT 1 FROM ${n === null ? 'refusals' : 'messages'} WHERE id = ?`, id),
    )
    return this.#transaction(() => {
      for (const { place } of gone) this.#entries.remove(place)
      return gone.length
    })
  }

  compare(now: number, budgetMs: number): number {
    return this.#transaction(() => this.#comparison.compare(now, budgetMs))
  }

  mend(now: number, budgetMs: number): boolean {
    try {
      const began = performance.now()
      do if (!this.#transaction(() => this.#mending.step(now))) return false
      while (performance.now() - began < budgetMs)
      return true
    } catch (cause) {
      this.#mending.giveUp()
      throw cause
    }
  }

  #keepTerms(): void {
    ruleTerms.keep(this.#index)
    ownTerms.keep(this.#index)
  }

  /** Takes in what is new; where that is very much, only its end, and the rest becomes a gap. */
  #follow(log: SearchLog, limit: number): number {
    this.#keepTerms()
    const head = log.head(this.#ledger)
    const seq = this.#position(log)
    if (head <= seq) return 0
    const isFar = head - seq > farBehind
    const last = isFar ? head : Math.min(head, seq + limit)
    if (isFar)
      this.#index.run(
        'INSERT OR REPLACE INTO gaps (log, first, last) VALUES (?, ?, ?)',
        log.name,
        seq + 1,
        head,
      )
    else this.#takeIn(log, { first: seq + 1, last })
    this.#index.run(
      'INSERT OR REPLACE INTO positions (log, seq, mark) VALUES (?, ?, ?)',
      log.name,
      last,
      log.mark(this.#ledger, last),
    )
    noteSummed(this.#index, log.name)
    return isFar ? 0 : last - seq
  }

  /** How far a log was read. What stands there is compared: after a restore from a backup the same number is something else. */
  #position(log: SearchLog): number {
    const row = this.#index.get<{ seq: number; mark: string }>(
      'SELECT seq, mark FROM positions WHERE log = ?',
      log.name,
    )
    if (!row) return 0
    const mark = log.mark(this.#ledger, row.seq)
    // The oldest lines are forgotten in time; nothing there is no sign of another log while newer ones go on.
    if (mark === row.mark || (mark === '' && log.head(this.#ledger) > row.seq)) return row.seq
    this.#index.run('DELETE FROM gaps WHERE log = ?', log.name)
    return 0
  }

  /** The end of the newest gap, so that what people look for first is there first. */
  #fillGap(log: SearchLog, limit: number): number {
    this.#keepTerms()
    const gap = this.#index.get<Stretch>(
      'SELECT first, last FROM gaps WHERE log = ? ORDER BY first DESC LIMIT 1',
      log.name,
    )
    if (!gap) return 0
    // Where the ledger has forgotten the rest, nothing is left to come back to.
    const first = Math.max(gap.first, gap.last - limit + 1, log.tail(this.#ledger))
    if (first <= gap.last) this.#takeIn(log, { first, last: gap.last })
    if (first <= Math.max(gap.first, log.tail(this.#ledger)))
      this.#index.run('DELETE FROM gaps WHERE log = ? AND first = ?', log.name, gap.first)
    else
      this.#index.run('UPDATE gaps SET last = ? WHERE log = ? AND first = ?', first - 1, log.name, gap.first)
    noteSummed(this.#index, log.name)
    return Math.max(1, gap.last - first + 1)
  }

  #takeIn(log: SearchLog, { first, last }: Stretch): void {
    for (const [id, { whole, deliveries }] of log.read(this.#ledger, first, last)) {
      const refusal = log.name === 'refusals' ? readRefusalFacts(this.#ledger, id) : null
      const facts = refusal ? [refusal] : readMessageFacts(this.#ledger, id, whole ? null : deliveries)
      for (const each of facts) this.#entries.put(each)
    }
  }

  #transaction<Answer>(work: () => Answer): Answer {
    const { database } = this.#index
    database.exec('BEGIN IMMEDIATE')
    try {
      const answer = work()
      database.exec('COMMIT')
      return answer
    } catch (cause) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw cause
    }
  }
}
