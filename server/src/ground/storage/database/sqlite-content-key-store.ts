import type { ContentKeyStore, ContentKeysState } from '#services/content/content-key-store.ts'
import type { ContentKeys, WrappedKey } from '../bodies/content-keys.ts'
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
    const needed = this.#statements.all<{ id: string; messages: number }>(
      'SELECT key_id AS id, count(*) AS messages FROM body_keys GROUP BY key_id',
    )
    const counts = new Map(needed.map(({ id, messages }) => [id, messages]))
    const missing = needed.flatMap((each) => {
      const why = this.#whyUseless(each.id)
      return why === null ? [] : [{ ...each, why }]
    })
    const { path } = this.#keys
    try {
      const keys = this.#keys.list().map((each) => ({ ...each, messages: counts.get(each.id) ?? 0 }))
      return { path, keys, missing, fault: null }
    } catch (cause) {
      return { path, keys: [], missing, fault: (cause as Error).message }
    }
  }

  /** By one message: all that have the key were wrapped by the same. */
  #whyUseless(keyId: string): string | null {
    const row = this.#statements.get<WrappedKey & { id: string }>(
      'SELECT message_id AS id, key_id AS keyId, wrapped FROM body_keys WHERE key_id = ? LIMIT 1',
      keyId,
    )
    try {
      if (row) this.#keys.unwrap(row.id, row)
      return null
    } catch (cause) {
      return (cause as Error).message
    }
  }

  addKey(now: number): string {
    return this.#keys.add(now)
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
      const { keyId, wrapped } = this.#keys.wrap(row.id, this.#keys.unwrap(row.id, row), () => false)
      const sql = 'UPDATE body_keys SET key_id = ?, wrapped = ? WHERE message_id = ?'
      this.#statements.run(sql, keyId, wrapped, row.id)
    }
    return rows.length
  }

  forget(id: string): number {
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
    this.#keys.drop(ids)
    return ids
  }
}
