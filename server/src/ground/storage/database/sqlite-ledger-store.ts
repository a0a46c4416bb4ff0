import type {
  AffectedQuery,
  BookLine,
  Difference,
  FoundLine,
  LedgerEvent,
  LedgerStore,
  MinuteFigures,
  Reach,
  Stretch,
  Tally,
  TracedMessage,
  TracedRefusal,
  TraceLine,
  TraceQuery,
} from '#services/ledger/ledger-store.ts'
import { findAffected } from './affected-query.ts'
import { auditEverything, auditStretch } from './audit-queries.ts'
import { minutesOfDomains } from './domain-minutes.ts'
import { findOfPeople } from './people-lookup.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'
import { refusedOf, tallyOf } from './tally-query.ts'
import { findTraces } from './trace-query.ts'
import { readMessage, readRefusal, toEvent } from './trace-rows.ts'

/** LedgerStore on SQLite. */
export class SqliteLedgerStore implements Synchronous<LedgerStore> {
  readonly #statements: Statements
  readonly #folder: string

  /** @param folder folder of all data, where content that is kept as files lies */
  constructor(statements: Statements, folder: string) {
    this.#statements = statements
    this.#folder = folder
  }

  find(query: TraceQuery): TraceLine[] {
    return findTraces(this.#statements, query)
  }

  read(id: string): TracedMessage | TracedRefusal | null {
    return readMessage(this.#statements, id) ?? readRefusal(this.#statements, id)
  }

  addressesOf(names: readonly string[], addresses: readonly string[]): string[] {
    return findOfPeople(this.#statements, names, addresses)
  }

  affected(query: AffectedQuery, after: string, limit: number): { lines: FoundLine[]; next: string | null } {
    return findAffected(this.#statements, query, after, limit)
  }

  books(): BookLine[] {
    return this.#statements.all(
      `SELECT tenant, direction, accepted, delivered, returned, quarantined, held, sealed, discarded, waiting
       FROM book_totals ORDER BY tenant, direction`,
    )
  }

  minutes(since: number, until: number, within?: Reach): MinuteFigures[] {
    if (within?.domains) return minutesOfDomains(this.#statements, since, until, within)
    return this.#statements.all(
      `SELECT minute * 60000 AS at, sum(accepted) AS accepted, sum(delivered) AS delivered, sum(returned) AS returned, sum(quarantined) AS quarantined,
         sum(held) AS held, sum(sealed) AS sealed, sum(discarded) AS discarded, sum(waiting) AS waiting
       FROM books WHERE minute >= ?1 AND minute < ?2 AND (?3 IS NULL OR tenant IN (SELECT value FROM json_each(?3)))
       GROUP BY minute ORDER BY minute`,
      Math.floor(since / 60_000),
      Math.ceil(until / 60_000),
      within ? JSON.stringify(within.tenants) : null,
    )
  }

  audit(limit: number): Difference[] {
    return auditEverything(this.#statements, this.#folder, limit)
  }

  auditStretch(stretch: Stretch, limit: number): Difference[] {
    return auditStretch(this.#statements, stretch, limit)
  }

  tally(since: number, until: number): Tally[] {
    return tallyOf(this.#statements, since, until)
  }

  tallyRefused(ids: Stretch, within: Stretch): Tally[] {
    return refusedOf(this.#statements, ids, within)
  }

  eventsAfter(seq: number, limit: number): LedgerEvent[] {
    return this.#statements
      .all<Parameters<typeof toEvent>[0]>(
        'SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT ?',
        seq,
        limit,
      )
      .map(toEvent)
  }

  completeUpTo(): { seq: number; at: number } {
    return (
      this.#statements.get<{ seq: number; at: number }>(
        'SELECT seq, at FROM events ORDER BY seq DESC LIMIT 1',
      ) ?? { seq: 0, at: 0 }
    )
  }
}
