import { crc32 } from 'node:zlib'
import type { ContentStore, StoredContent } from '#services/content/content-store.ts'
import { bodyPath } from '../bodies/body-path.ts'
import type { Statements } from './statements.ts'
import type { StoreSettings } from './store-settings.ts'
import type { Synchronous } from './synchronous.ts'

/** ContentStore on SQLite. */
export class SqliteContentStore implements Synchronous<ContentStore> {
  readonly #statements: Statements
  readonly #settings: StoreSettings

  constructor(statements: Statements, settings: StoreSettings) {
    this.#statements = statements
    this.#settings = settings
  }

  locate(messageId: string): StoredContent | null {
    const row = this.#statements.get<{ checksum: number; path: string | null; bytes: Uint8Array | null }>(
      'SELECT checksum, path, bytes FROM bodies WHERE message_id = ?',
      messageId,
    )
    if (!row) return null
    // Of a file the column holds its size: its own checksum is a longer one.
    if (row.path !== null)
      return { kind: 'file', path: bodyPath(this.#settings.folder, row.path), size: row.checksum }
    const bytes = row.bytes ?? new Uint8Array(0)
    if (crc32(bytes) === row.checksum) return { kind: 'inline', bytes }
    return { kind: 'damaged', why: 'the stored bytes do not match their checksum' }
  }
}
