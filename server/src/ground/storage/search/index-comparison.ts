import type { Statements } from '../database/statements.ts'
import { spillMs } from './index-mending.ts'
import { logs, type SearchLog } from './logs.ts'
import { firstPlaceAt, minuteOf, placesPerMinute } from './places.ts'
import { type MarkKind, mark } from './search-marks.ts'

/** Minutes that are compared in one look. */
const slice = 60
const beyondAll = minuteOf(Number.MAX_SAFE_INTEGER)
/** All sums are compared so often; what is large takes its time, in short pieces. */
const passEveryMs = 15_000
/** Lines of a log that are compared in one look. */
const linesAtOnce = 500
/** Further back than this lines are not compared one by one; the sums of their minutes are. */
const mostBehind = 200_000

/**
 * Compares the index with the ledger, in the order of the ledger's numbers, soon after each line was taken in; and with
 * its own sums, over all that it has, again and again. What differs is marked by the minute; see IndexMending.
 */
export class IndexComparison {
  readonly #ledger: Statements
  readonly #index: Statements
  /** The minute that is compared next with its sum. */
  #next = 0
  /** When the comparison with the sums began anew. */
  #passAt = Number.NEGATIVE_INFINITY

  constructor(ledger: Statements, index: Statements) {
    this.#ledger = ledger
    this.#index = index
  }

  /** Compares for at most about `budgetMs`, in the caller's transaction. Answers the minutes that it has marked. */
  compare(now: number, budgetMs: number): number {
    const began = performance.now()
    const isOver = () => performance.now() - began > budgetMs
    let found = 0
    for (const log of logs) {
      let lines = linesAtOnce
      while (lines === linesAtOnce && !isOver()) {
        const step = this.#compareLines(log, now)
        lines = step.lines
        found += step.found
      }
    }
    if (this.#next === 0 && now - this.#passAt < passEveryMs && now >= this.#passAt) return found
    if (this.#next === 0) this.#passAt = now
    do found += this.#compareNextMinutes(now)
    while (!isOver() && this.#next !== 0)
    return found
  }

  /** Everything up to an hour behind the next minute that has a sum; at the end of them, all that is left. */
  #compareNextMinutes(now: number): number {
    const first = this.#next
    const kept = this.#index.get<{ minute: number }>(
      'SELECT minute FROM stretches WHERE minute >= ? ORDER BY minute LIMIT 1',
      first,
    )
    const end = kept === undefined ? beyondAll : kept.minute + slice
    this.#next = kept === undefined ? 0 : end
    return this.#compareSums(first, end, now)
  }

  #compareSums(first: number, end: number, now: number): number {
    const [from, to] = [first * placesPerMinute, end * placesPerMinute]
    const rows = this.#index.all<{ minute: number; kept: number; differs: number; words: number }>(
      `WITH entry AS (SELECT place / ${placesPerMinute} AS minute, count(*) AS rows, sum(sum) AS sums FROM entries
           WHERE place >= ?1 AND place < ?2 GROUP BY 1),
         word AS (SELECT id / ${placesPerMinute} AS minute, count(*) AS rows FROM terms_docsize WHERE id >= ?1 AND id < ?2 GROUP BY 1),
         named AS (SELECT minute FROM stretches WHERE minute >= ?3 AND minute < ?4 UNION SELECT minute FROM entry UNION SELECT minute FROM word)
       SELECT n.minute AS minute, ifnull(s.entries, 0) AS kept, ifnull(e.rows, 0) - ifnull(s.entries, 0) AS differs,
         ifnull(w.rows, 0) - ifnull(s.entries, 0) AS words
       FROM named n LEFT JOIN stretches s ON s.minute = n.minute LEFT JOIN entry e ON e.minute = n.minute LEFT JOIN word w ON w.minute = n.minute
       WHERE ifnull(s.entries, 0) <> ifnull(e.rows, 0) OR ifnull(s.sums, 0) <> ifnull(e.sums, 0) OR ifnull(s.entries, 0) <> ifnull(w.rows, 0)`,
      from,
      to,
      first,
      end,
    )
    for (const { minute, differs, words } of rows) {
      const many = differs === 0 ? words : differs
      mark(this.#index, minute, many > 0 ? 'double' : 'missing', Math.max(1, Math.abs(many)), now)
    }
    return rows.length
  }

  /** Each delivery and refusal that these lines name stands in the index, and once. */
  #compareLines(log: SearchLog, now: number): { lines: number; found: number } {
    const position = positionOf(this.#index, log)
    const gap = this.#index.get<{ first: number }>(
      'SELECT min(first) AS first FROM gaps WHERE log = ? HAVING first IS NOT NULL',
      log.name,
    )
    const end = Math.min(position, (gap?.first ?? position + 1) - 1)
    const compared = this.#index.get<{ seq: number }>('SELECT seq FROM compared WHERE log = ?', log.name)
    const after = Math.max(Math.min(compared?.seq ?? 0, position), end - mostBehind)
    const last = Math.min(end, after + linesAtOnce)
    if (last <= after) return { lines: 0, found: 0 }
    const wrong = new Map<number, { kind: MarkKind; entries: number }>()
    for (const [id, { deliveries }] of log.read(this.#ledger, after + 1, last)) {
      const at = this.#momentOf(log, id)
      if (at === null) continue
      const kind = this.#judge(log, id, at, deliveries)
      if (kind === null) continue
      const minute = minuteOf(firstPlaceAt(at))
      wrong.set(minute, { kind, entries: (wrong.get(minute)?.entries ?? 0) + 1 })
    }
    for (const [minute, { kind, entries }] of wrong) mark(this.#index, minute, kind, entries, now)
    this.#index.run('INSERT OR REPLACE INTO compared (log, seq) VALUES (?, ?)', log.name, last)
    return { lines: last - after, found: wrong.size }
  }

  /** When a message or refusal was received; null: it is forgotten. */
  #momentOf({ name }: SearchLog, id: string): number | null {
    const sql =
      name === 'refusals'
        ? 'SELECT at FROM refusals WHERE id = ?'
        : 'SELECT received_at AS at FROM messages WHERE id = ?'
    return this.#ledger.get<{ at: number }>(sql, id)?.at ?? null
  }

  #judge({ name }: SearchLog, id: string, at: number, deliveries: ReadonlySet<number>): MarkKind | null {
    const rows = this.#index.all<{ n: number | null }>(
      'SELECT n FROM entries WHERE place >= ? AND place < ? AND message_id = ?',
      firstPlaceAt(at),
      firstPlaceAt(at + spillMs),
      id,
    )
    const there = new Set(rows.map(({ n }) => n))
    if (there.size < rows.length) return 'double'
    const wanted: Iterable<number | null> = name === 'refusals' ? [null] : deliveries
    return [...wanted].every((n) => there.has(n)) ? null : 'missing'
  }
}

/** The last line of a log that the index has. */
export function positionOf(index: Statements, { name }: Pick<SearchLog, 'name'>): number {
  return index.get<{ seq: number }>('SELECT seq FROM positions WHERE log = ?', name)?.seq ?? 0
}
