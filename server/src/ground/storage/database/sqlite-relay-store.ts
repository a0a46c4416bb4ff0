import type { MailPassword, Relay, RelayKind, RelayStore } from '#services/relay/relay-store.ts'
import type { SqliteDirectoryStore } from './sqlite-directory-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

interface RelayRow extends Omit<Relay, 'domains'> {
  readonly domains: string
}
interface PasswordRow extends Omit<MailPassword, 'record'> {
  readonly record: string
}

const relayColumns = 'id, tenant, kind, value, domains, note, added_at AS addedAt, added_by AS addedBy'

/** RelayStore on SQLite. What changes makes the directory another one, so that the flow gets a new snapshot of it. */
export class SqliteRelayStore implements Synchronous<RelayStore> {
  readonly #statements: Statements
  readonly #directory: SqliteDirectoryStore

  constructor(statements: Statements, directory: SqliteDirectoryStore) {
    this.#statements = statements
    this.#directory = directory
  }

  relays(tenants: readonly string[] | null, after: string, limit: number): Relay[] {
    return this.#statements
      .all<RelayRow>(
        `SELECT ${relayColumns} FROM relays
         WHERE id > ? AND (?2 IS NULL OR tenant IN (SELECT value FROM json_each(?2))) ORDER BY id LIMIT ?3`,
        after,
        tenants && JSON.stringify(tenants),
        limit,
      )
      .map(toRelay)
  }

  relay(id: string): Relay | null {
    const row = this.#statements.get<RelayRow>(`SELECT ${relayColumns} FROM relays WHERE id = ?`, id)
    return row ? toRelay(row) : null
  }

  relaysOf(kind: RelayKind, value: string): Relay[] {
    return this.#statements
      .all<RelayRow>(
        `SELECT ${relayColumns} FROM relays WHERE kind = ? AND value = ? ORDER BY id`,
        kind,
        value,
      )
      .map(toRelay)
  }

  addRelay(relay: Relay): void {
    const rows = this.#statements.run(
      `INSERT INTO relays (id, tenant, kind, value, domains, note, added_at, added_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      relay.id,
      relay.tenant,
      relay.kind,
      relay.value,
      JSON.stringify(relay.domains),
      relay.note,
      relay.addedAt,
      relay.addedBy,
    )
    this.#directory.changed(rows)
  }

  removeRelay(id: string): boolean {
    const relay = this.relay(id)
    if (relay?.kind === 'login')
      this.#statements.run('DELETE FROM mail_passwords WHERE login = ?', relay.value)
    const rows = this.#statements.run('DELETE FROM relays WHERE id = ?', id)
    this.#directory.changed(rows)
    return rows > 0
  }

  passwords(login: string): MailPassword[] {
    return this.#statements
      .all<PasswordRow>(
        `SELECT id, login, name, record, made_at AS madeAt, made_by AS madeBy FROM mail_passwords WHERE login = ? ORDER BY id`,
        login,
      )
      .map((row) => ({ ...row, record: JSON.parse(row.record) }))
  }

  addPassword(password: MailPassword): void {
    const rows = this.#statements.run(
      'INSERT INTO mail_passwords (id, login, name, record, made_at, made_by) VALUES (?, ?, ?, ?, ?, ?)',
      password.id,
      password.login,
      password.name,
      JSON.stringify(password.record),
      password.madeAt,
      password.madeBy,
    )
    this.#directory.changed(rows)
  }

  removePassword(login: string, id: string): boolean {
    const rows = this.#statements.run('DELETE FROM mail_passwords WHERE login = ? AND id = ?', login, id)
    this.#directory.changed(rows)
    return rows > 0
  }
}

function toRelay(row: RelayRow): Relay {
  return { ...row, domains: JSON.parse(row.domains) as string[] }
}
