import type { DkimKey, DkimStore } from '#services/dkim/dkim-store.ts'
import type { RowSeal } from './row-seal.ts'
import type { SqliteDirectoryStore } from './sqlite-directory-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

const columns = `domain, selector, algorithm, private_key AS privateKey, public_key AS publicKey, state,
  made_at AS madeAt, made_by AS madeBy, active_at AS activeAt, retired_at AS retiredAt, checked_at AS checkedAt`

/** What a sealed key belongs to. */
export function aboutKey(domain: string, selector: string): string {
  return `dkim ${domain} ${selector}`
}

/** DkimStore on SQLite: private keys are sealed under the key of the site, which is not in the database. */
export class SqliteDkimStore implements Synchronous<DkimStore> {
  readonly #statements: Statements
  readonly #directory: SqliteDirectoryStore
  readonly #seal: RowSeal

  constructor(statements: Statements, directory: SqliteDirectoryStore, seal: RowSeal) {
    this.#statements = statements
    this.#directory = directory
    this.#seal = seal
  }

  keys(domain: string | null): DkimKey[] {
    return this.#statements
      .all<DkimKey>(
        `SELECT ${columns} FROM dkim_keys WHERE ?1 IS NULL OR domain = ?1 ORDER BY domain, made_at, selector`,
        domain,
      )
      .map((row) => ({
        ...row,
        privateKey: this.#seal.open(aboutKey(row.domain, row.selector), row.privateKey),
      }))
  }

  putKey(key: DkimKey): void {
    const before = this.#statements.get<{ state: string }>(
      'SELECT state FROM dkim_keys WHERE domain = ? AND selector = ?',
      key.domain,
      key.selector,
    )
    this.#statements.run(
      `INSERT INTO dkim_keys (domain, selector, algorithm, private_key, public_key, state, made_at, made_by, active_at, retired_at, checked_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (domain, selector) DO UPDATE SET state = excluded.state, active_at = excluded.active_at,
         retired_at = excluded.retired_at, checked_at = excluded.checked_at`,
      key.domain,
      key.selector,
      key.algorithm,
      this.#seal.seal(aboutKey(key.domain, key.selector), key.privateKey),
      key.publicKey,
      key.state,
      key.madeAt,
      key.madeBy,
      key.activeAt,
      key.retiredAt,
      key.checkedAt,
    )
    // When DNS was asked makes no difference to mail.
    this.#directory.changed(before?.state === key.state ? 0 : 1)
  }

  removeKey(domain: string, selector: string): boolean {
    const rows = this.#statements.run(
      'DELETE FROM dkim_keys WHERE domain = ? AND selector = ?',
      domain,
      selector,
    )
    this.#directory.changed(rows)
    return rows > 0
  }
}
