import type { DatabaseSync } from 'node:sqlite'
import type { Statements } from '../database/statements.ts'

const beyondAll = Number.MAX_SAFE_INTEGER

/**
 * Entries have terms of a kind from one place on; those before it, from an index of before there were such terms, are found
 * by other terms and compared with the ledger, so that an old index is not built anew. Who writes entries with these terms
 * says so beside how far it has read: what a process of the version before reads on takes that word back, and the place
 * moves behind all that it may have written.
 */
export class TermsSince {
  readonly #table: string
  readonly #column: string

  /**
   * @param table where the place stands
   * @param column of `summed`, where whoever writes says that he writes them
   */
  constructor(table: string, column: string) {
    this.#table = table
    this.#column = column
  }

  /** Makes room in an index; `summed` has to be there. */
  addTo(database: DatabaseSync): void {
    if (this.#isIn(database)) return
    database.exec(`BEGIN IMMEDIATE; ALTER TABLE summed ADD COLUMN ${this.#column} INTEGER;
      CREATE TABLE IF NOT EXISTS ${this.#table} (id INTEGER PRIMARY KEY, since INTEGER NOT NULL); COMMIT`)
  }

  /** The place from which on entries can be asked for them; beyond all: none can. */
  since(index: Statements): number {
    // Until the place has been moved nothing is known of what somebody else has written.
    if (!this.#isIn(index.database) || this.#isWithout(index)) return beyondAll
    return index.get<{ since: number }>(`SELECT since FROM ${this.#table} WHERE id = 1`)?.since ?? 0
  }

  /**
   * Moves the place where somebody has read on without these terms; in each transaction that takes entries in, before they
   * are: it says at its end that they have them.
   */
  keep(index: Statements): void {
    if (!this.#isWithout(index)) return
    index.run(
      `INSERT OR REPLACE INTO ${this.#table} (id, since) SELECT 1, ifnull(max(place), 0) + 1 FROM entries`,
    )
    index.run(`UPDATE summed SET ${this.#column} = 1`)
  }

  /** Whether somebody has read on without these terms. */
  #isWithout(index: Statements): boolean {
    const sql = `SELECT 1 FROM positions p JOIN summed s ON s.log = p.log WHERE s.${this.#column} IS NULL LIMIT 1`
    return index.get(sql) !== undefined
  }

  #isIn(database: DatabaseSync): boolean {
    return database.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(this.#table) !== undefined
  }
}

/** Rules that held, and the set of definitions that judged. */
export const ruleTerms = new TermsSince('rule_terms', 'rules')
/** Addresses without their tag, and the domain of each recipient that a refusal names. */
export const ownTerms = new TermsSince('own_terms', 'own')
