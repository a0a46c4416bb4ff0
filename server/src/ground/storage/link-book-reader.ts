import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { LinkBook, LinkVisit } from '#flow/inspection/link-book.ts'
import { hostsSince } from './database/link-host-rows.ts'
import { databaseName } from './database/open-database.ts'

interface Book {
  readonly database: DatabaseSync
  readonly since: StatementSync
  readonly firstSeen: StatementSync
  readonly visit: StatementSync
  readonly pending: StatementSync
}

/**
 * What is known of links, read in place from the database of this machine: a question costs some microseconds and
 * never waits for a writer. What cannot be opened is tried again by `refresh`.
 */
export class LinkBookReader implements LinkBook {
  readonly #path: string
  readonly #room: number
  #book: Book | null = null
  #since: number | null = null
  #full = false

  /**
   * @param folder folder of all data of this node
   * @param room links that the queue takes
   */
  constructor(folder: string, room: number) {
    this.#path = join(folder, databaseName)
    this.#room = room
    this.refresh()
  }

  /** Opens a database that was made meanwhile, and looks how full the queue is. Called every second. */
  refresh(): void {
    try {
      this.#book ??= openBook(this.#path)
      const { pending } = this.#book.pending.get() as { pending: number }
      this.#full = pending >= this.#room
      const row = this.#book.since.get(hostsSince) as { value: string } | undefined
      this.#since = row ? Number(row.value) : null
    } catch {
      // Whoever asks hears of it.
    }
  }

  since(): number | null {
    return this.#since
  }

  firstSeen(host: string): number | null {
    const row = this.#opened().firstSeen.get(host) as { at: number | null } | undefined
    return row?.at ?? null
  }

  visitOf(url: string): LinkVisit | null {
    const row = this.#opened().visit.get(url) as { result: string; at: number } | undefined
    if (!row) return null
    const { state, end, why } = JSON.parse(row.result) as Omit<LinkVisit, 'at'>
    return { state, end, why, at: row.at }
  }

  isFull(): boolean {
    return this.#full
  }

  close(): void {
    this.#book?.database.close()
  }

  #opened(): Book {
    if (this.#book === null) throw new Error('the database cannot be read')
    return this.#book
  }
}

function openBook(path: string): Book {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 50 })
  try {
    database.exec('PRAGMA query_only = 1; PRAGMA cache_size = -1024')
    return {
      database,
      since: database.prepare('SELECT value FROM facts WHERE name = ?'),
      firstSeen: database.prepare('SELECT min(first_at) AS at FROM link_hosts WHERE host = ?'),
      visit: database.prepare(
        'SELECT result, done_at AS at FROM link_visits WHERE url = ? AND due_at IS NULL AND result IS NOT NULL',
      ),
      pending: database.prepare('SELECT count(*) AS pending FROM link_visits WHERE due_at IS NOT NULL'),
    }
  } catch (cause) {
    database.close()
    throw cause
  }
}
