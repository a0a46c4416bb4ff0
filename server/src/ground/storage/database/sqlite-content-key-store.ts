import type { WrappedKey } from '#ground/platform/sealed-content.ts'
import type {
  ContentKeyStore,
  ContentKeysHealth,
  ContentKeysState,
} from '#services/content/content-key-store.ts'
import type { ContentKeys } from '../bodies/content-keys.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/**
 * ContentKeyStore on SQLite. Keys are added and dropped within write transactions, as they are used: whoever writes a row
 * holds the turn of those who write, and has seen the file as it is then.
 */
export class SqliteContentKeyStore implements Synchronous<ContentKeyStore> {
  readonly #statements: Statements
  readonly #keys: ContentKeys

  constructor(statements: Statements, keys: ContentKeys) {
    this.#statements = statements
    this.#keys = keys
  }

  state(): ContentKeysState {
    const health = this.health()
    if (health.fault !== null) return { ...health, keys: [] }
    return { ...health, keys: this.#keys.list().map((each) => ({ ...each, messages: this.#count(each.id) })) }
  }

  /** Its cost grows with the keys, and with the messages of those that are missing. */
  health(): ContentKeysHealth {
    const known = this.#known()
    const missing = known.flatMap((id) => {
      const why = this.#whyUseless(id)
      return why === null ? [] : [{ id, messages: this.#count(id), why }]
    })
    const { path } = this.#keys
    try {
      const keys = this.#keys.list()
      const isNoted = keys.length > 0 && keys.every(({ id }) => this.#isNoted(id))
      return { path, missing, isNoted, fault: null }
    } catch (cause) {
      return { path, missing, isNoted: false, fault: (cause as Error).message }
    }
  }

  note(): void {
    if (this.#keys.list().length === 0) {
      if (this.#known().length > 0) return
      this.#keys.begin(Date.now())
    }
    for (const { id } of this.#keys.list())
      this.#statements.run('INSERT OR IGNORE INTO content_keys (id) VALUES (?)', id)
  }

  /** Keys that were ever made or used, and not given up since. Jumps from key to key, past the messages of each. */
  #known(): string[] {
    return this.#statements
      .all<{ id: string }>(
        `WITH RECURSIVE used(id) AS (
           SELECT min(key_id) FROM body_keys UNION ALL
           SELECT (SELECT min(key_id) FROM body_keys WHERE key_id > id) FROM used WHERE id IS NOT NULL)
         SELECT id FROM used WHERE id IS NOT NULL UNION SELECT id FROM content_keys`,
      )
      .map(({ id }) => id)
  }

  #isNoted(id: string): boolean {
    return this.#statements.get('SELECT 1 FROM content_keys WHERE id = ?', id) !== undefined
  }

  #count(id: string): number {
    const sql = 'SELECT count(*) AS messages FROM body_keys WHERE key_id = ?'
    return this.#statements.get<{ messages: number }>(sql, id)?.messages ?? 0
  }

  /** By one message: all that have the key were wrapped by the same. Null: it is there and opens it. */
  #whyUseless(keyId: string): string | null {
    const row = this.#statements.get<WrappedKey & { id: string }>(
      'SELECT message_id AS id, key_id AS keyId, wrapped FROM body_keys WHERE key_id = ? LIMIT 1',
      keyId,
    )
    try {
      if (row) this.#keys.unwrap(row.id, row)
      else if (!this.#keys.list().some((each) => each.id === keyId))
        return `key ${keyId} is not in ${this.#keys.path}: put that file back`
      return null
    } catch (cause) {
      return (cause as Error).message
    }
  }

  addKey(now: number): string {
    const id = this.#keys.add(now)
    this.note()
    return id
  }

  rewrap(limit: number): number {
    const known = this.#keys.list().map((each) => each.id)
    const older = known.slice(0, -1)
    const rows = this.#statements.all<WrappedKey & { id: string }>(
      `SELECT message_id AS id, key_id AS keyId, wrapped FROM body_keys
       WHERE key_id IN (SELECT value FROM json_each(?)) LIMIT ?`,
      JSON.stringify(older),
      limit,
    )
    for (const row of rows) {
      const { keyId, wrapped } = this.#keys.wrap(row.id, this.#keys.unwrap(row.id, row))
      const sql = 'UPDATE body_keys SET key_id = ?, wrapped = ? WHERE message_id = ?'
      this.#statements.run(sql, keyId, wrapped, row.id)
    }
    return rows.length
  }

  forget(id: string): number | null {
    const { fault, missing } = this.health()
    if (fault !== null || !missing.some((each) => each.id === id)) return null
    this.#statements.run('DELETE FROM content_keys WHERE id = ?', id)
    return this.#statements.run('DELETE FROM body_keys WHERE key_id = ?', id)
  }

  dropUnused(before: number): string[] {
    const keys = this.#keys.list()
    const unused = keys.filter(({ id }, index) => {
      const follower = keys[index + 1]
      if (!follower || follower.madeAt >= before) return false
      return this.#statements.get('SELECT 1 FROM body_keys WHERE key_id = ? LIMIT 1', id) === undefined
    })
    const ids = unused.map(({ id }) => id)
    for (const id of ids) this.#statements.run('DELETE FROM content_keys WHERE id = ?', id)
    this.#keys.drop(ids)
    return ids
  }
}
