import type { ProcessStore, SilentProcess } from '#services/alarms/process-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** ProcessStore on SQLite; a process enters the table when it opens the stores (sqlite-recovery.ts). */
export class SqliteProcessStore implements Synchronous<ProcessStore> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  beat(instance: string, roles: string, now: number): void {
    this.#statements.run(
      'UPDATE processes SET seen_at = ?, roles = ? WHERE instance = ?',
      now,
      roles,
      instance,
    )
  }

  /** The row stays: the next start gives back what is still leased to it. */
  end(instance: string): void {
    this.#statements.run('UPDATE processes SET roles = NULL WHERE instance = ?', instance)
  }

  /** One without roles has ended, or is of a program that does not say that it is well. */
  silent(seenBefore: number): SilentProcess[] {
    return this.#statements.all<SilentProcess>(
      'SELECT node, pid, roles, seen_at AS seenAt FROM processes WHERE roles IS NOT NULL AND seen_at < ? ORDER BY seen_at LIMIT 50',
      seenBefore,
    )
  }
}
