import type { Bypass, BypassStore } from '#services/bypass/bypass-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

const mostBypasses = 10_000

/** BypassStore on SQLite. */
export class SqliteBypassStore implements Synchronous<BypassStore> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  bypasses(): Bypass[] {
    const sql = 'SELECT domain, since, until, why, who FROM bypasses ORDER BY domain LIMIT ?'
    return this.#statements.all<Bypass>(sql, mostBypasses)
  }

  bypassOf(domain: string): Bypass | null {
    const sql = 'SELECT domain, since, until, why, who FROM bypasses WHERE domain = ?'
    return this.#statements.get<Bypass>(sql, domain) ?? null
  }

  putBypass({ domain, since, until, why, who }: Bypass): void {
    this.#statements.run(
      `INSERT INTO bypasses (domain, since, until, why, who) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (domain) DO UPDATE SET until = excluded.until, why = excluded.why, who = excluded.who`,
      ...[domain, since, until, why, who],
    )
  }

  removeBypass(domain: string): boolean {
    return this.#statements.run('DELETE FROM bypasses WHERE domain = ?', domain) > 0
  }
}
