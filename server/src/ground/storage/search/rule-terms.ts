import type { DatabaseSync } from 'node:sqlite'
import type { Statements } from '../database/statements.ts'

/**
 * Entries have terms for rules and sets of definitions from one place on; those before it, from an index of before there
 * were such terms, are found by other terms and compared with the ledger, so that an old index is not built anew. Who
 * writes entries with these terms says so beside how far it has read: what a process of the version before reads on
 * takes that word back, and the place moves behind all that it may have written.
 */
const schema = 'CREATE TABLE IF NOT EXISTS rule_terms (id INTEGER PRIMARY KEY, since INTEGER NOT NULL)'
const beyondAll = Number.MAX_SAFE_INTEGER

/** Makes room in an index; `summed` has to be there. */
export function addRuleTerms(database: DatabaseSync): void {
  if (hasRuleTerms(database)) return
  database.exec(`BEGIN IMMEDIATE; ALTER TABLE summed ADD COLUMN rules INTEGER; ${schema}; COMMIT`)
}

/** The place from which on entries can be asked for rules; beyond all: none can. */
export function ruleTermsSince(index: Statements): number {
  if (!hasRuleTerms(index.database)) return beyondAll
  return index.get<{ since: number }>('SELECT since FROM rule_terms WHERE id = 1')?.since ?? 0
}

/**
 * Moves the place where somebody has read on without these terms; in each transaction that takes entries in, before they are:
 * it says at its end that they have them.
 */
export function keepRuleTerms(index: Statements): void {
  const isWithout = index.get(
    'SELECT 1 FROM positions p JOIN summed s ON s.log = p.log WHERE s.rules IS NULL LIMIT 1',
  )
  if (isWithout === undefined) return
  index.run('INSERT OR REPLACE INTO rule_terms (id, since) SELECT 1, ifnull(max(place), 0) + 1 FROM entries')
  index.run('UPDATE summed SET rules = 1')
}

function hasRuleTerms(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'rule_terms'").get() !== undefined
}
