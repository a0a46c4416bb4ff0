import type { DatabaseSync } from 'node:sqlite'

/**
 * What a command has done by its connection: whether it has changed rows, and whether it has left a line in the audit
 * log. Exact beside a running server, since both count what this connection writes and nothing else.
 */
export class OrderTrail {
  readonly #database: DatabaseSync
  readonly #changedBefore: number

  /** @param database open for writing; what it changed before this moment does not count */
  constructor(database: DatabaseSync) {
    this.#database = database
    database.exec(`
      CREATE TEMP TABLE lines_left (id INTEGER PRIMARY KEY);
      CREATE TEMP TRIGGER note_line AFTER INSERT ON main.changes BEGIN
        INSERT INTO lines_left VALUES (new.id);
      END`)
    this.#changedBefore = this.#changed()
  }

  hasChanged(): boolean {
    return this.#changed() > this.#changedBefore
  }

  hasLeftLine(): boolean {
    return this.#database.prepare('SELECT id FROM lines_left LIMIT 1').get() !== undefined
  }

  #changed(): number {
    const row = this.#database.prepare('SELECT total_changes() AS changed').get()
    return (row as { changed: number }).changed
  }
}
