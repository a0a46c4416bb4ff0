import type { SecretRows } from '#services/access/secret-rows.ts'
import type { RowSeal } from './row-seal.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** Where secrets lie that have to be given out again, and what each is sealed for. */
const places = [
  { table: 'managers', key: 'id', column: 'totp_secret', about: 'totp' },
  { table: 'identity_providers', key: 'tenant', column: 'client_secret', about: 'provider' },
  { table: 'webhooks', key: 'id', column: 'secret', about: 'webhook' },
  { table: 'alarm_targets', key: "subscription || ' ' || n", column: 'secret', about: 'alarm-target' },
  { table: 'sync_sources', key: 'id', column: 'secret', about: 'sync' },
  { table: 'dkim_keys', key: "domain || ' ' || selector", column: 'private_key', about: 'dkim' },
] as const

/** SecretRows on SQLite. */
export class SqliteSecretRows implements Synchronous<SecretRows> {
  readonly #statements: Statements
  readonly #seal: RowSeal

  constructor(statements: Statements, seal: RowSeal) {
    this.#statements = statements
    this.#seal = seal
  }

  sealRows(): { sealed: number; unreadable: string[] } {
    const unreadable: string[] = []
    let sealed = 0
    for (const { table, key, column, about } of places)
      for (const row of this.#statements.all<{ id: string; secret: string }>(
        `SELECT ${key} AS id, ${column} AS secret FROM ${table} WHERE ${column} IS NOT NULL AND ${column} <> ''`,
      )) {
        const name = `${about} ${row.id}`
        if (this.#seal.isSealed(row.secret)) {
          if (this.#seal.tryOpen(name, row.secret) === null) unreadable.push(name)
          continue
        }
        this.#statements.run(
          `UPDATE ${table} SET ${column} = ? WHERE ${key} = ?`,
          this.#seal.seal(name, row.secret),
          row.id,
        )
        sealed += 1
      }
    return { sealed, unreadable }
  }
}
