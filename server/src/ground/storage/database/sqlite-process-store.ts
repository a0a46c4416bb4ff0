import type { NodeBoard, NodeLine } from '#flow/delivery/probation/node-board.ts'
import type { DeliveryKey } from '#flow/spool/message.ts'
import type { ProcessStore, SilentProcess } from '#services/alarms/process-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

interface NodeRow {
  instance: string
  node: string
  pid: number
  startedAt: number
  seenAt: number
  restart: string | null
  standing: string | null
  snapshot: number | null
  tries: string | null
}

/** ProcessStore and NodeBoard on SQLite; a process enters the table when it opens the stores (sqlite-recovery.ts). */
export class SqliteProcessStore implements Synchronous<ProcessStore & NodeBoard> {
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

  noteRestart(instance: string, why: string): void {
    this.#statements.run('UPDATE processes SET restart = ? WHERE instance = ?', why, instance)
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

  beats(): SilentProcess[] {
    return this.#statements.all<SilentProcess>(
      'SELECT node, pid, roles, seen_at AS seenAt FROM processes WHERE roles IS NOT NULL ORDER BY seen_at',
    )
  }

  tell(
    instance: string,
    { standing, snapshot, tries }: Pick<NodeLine, 'standing' | 'snapshot' | 'tries'>,
  ): void {
    this.#statements.run(
      'UPDATE processes SET standing = ?, snapshot = ?, tries = ? WHERE instance = ?',
      standing === null ? null : JSON.stringify(standing),
      snapshot,
      JSON.stringify(tries),
      instance,
    )
  }

  /** What sends has said so, by its roles or by what it tells. */
  nodes(): NodeLine[] {
    return this.#statements
      .all<NodeRow>(
        `SELECT instance, node, pid, started_at AS startedAt, seen_at AS seenAt, restart, standing, snapshot, tries FROM processes
         WHERE roles LIKE '%delivery%' ORDER BY started_at, instance LIMIT 200`,
      )
      .map((row) => ({
        ...row,
        standing: row.standing === null ? null : JSON.parse(row.standing),
        tries: row.tries === null ? [] : JSON.parse(row.tries),
      }))
  }

  hurry(keys: readonly DeliveryKey[], now: number): void {
    const sql = `UPDATE deliveries SET due_at = ?1 WHERE message_id = ?2 AND n = ?3 AND state = 'waiting' AND lease_owner IS NULL AND due_at > ?1`
    for (const { messageId, n } of keys) this.#statements.run(sql, now, messageId, n)
  }
}
