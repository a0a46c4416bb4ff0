import type { MessageEdit } from '#flow/spool/message.ts'
import type {
  QuarantineFilter,
  QuarantineLine,
  QuarantineStore,
} from '#services/quarantine/quarantine-store.ts'
import type { DeliveryChanges } from './delivery-changes.ts'
import { reopenedEdits } from './reopened-edits.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'
import { deliveryWithin } from './trace-conditions.ts'

/** QuarantineStore on SQLite. Changing runs inside a transaction of the caller. */
export class SqliteQuarantineStore implements Synchronous<QuarantineStore> {
  readonly #statements: Statements
  readonly #changes: DeliveryChanges

  constructor(statements: Statements, changes: DeliveryChanges) {
    this.#statements = statements
    this.#changes = changes
  }

  list({ tenant, recipient, sender, within, after }: QuarantineFilter, limit: number): QuarantineLine[] {
    const visible = within ? deliveryWithin(within) : { sql: '1', values: [] }
    // Numbered ones stand before: the values of reach follow them.
    let next = 8
    return this.#statements.all(
      `SELECT d.message_id AS messageId, d.n, d.tenant, s.mail_from AS mailFrom, s.header_from AS headerFrom, d.rcpt_to AS rcptTo, s.subject, s.size, d.reason,
         json_extract(s.explanation, '$.verdict') AS verdict, d.settled_at AS since
       FROM deliveries d JOIN messages s ON s.id = d.message_id
       WHERE d.state IN ('quarantined', 'held') AND d.state = 'quarantined' AND (?1 IS NULL OR d.tenant = ?1) AND (?2 IS NULL OR d.rcpt_to = ?2 COLLATE NOCASE) AND (?3 IS NULL OR s.mail_from = ?3 COLLATE NOCASE)
         AND (?4 IS NULL OR (d.settled_at, d.message_id, d.n) < (?4, ?5, ?6)) AND ${visible.sql.replaceAll('?', () => `?${next++}`)}
       ORDER BY d.settled_at DESC, d.message_id DESC, d.n DESC LIMIT ?7`,
      tenant ?? null,
      recipient ?? null,
      sender ?? null,
      after?.since ?? null,
      after?.messageId ?? null,
      after?.n ?? null,
      limit,
      ...visible.values,
    )
  }

  release(
    messageId: string,
    n: number | null,
    at: number,
    lifeMs: number,
    who: string,
    rescan: boolean,
  ): number {
    const rows = this.#rows(messageId, n)
    const scans = rescan && rows.length > 0 && this.#reopen(messageId, at)
    for (const row of rows) {
      this.#changes.change(
        {
          messageId,
          n: row.n,
          from: 'quarantined',
          to: 'waiting',
          owner: 'quarantine',
          reason: 'released-from-quarantine',
          at,
          dueAt: scans ? null : at,
          detail: { who, rescan: scans },
        },
        row,
      )
      this.#statements.run(
        'UPDATE deliveries SET expires_at = ?, fresh = 1 WHERE message_id = ? AND n = ?',
        at + lifeMs,
        messageId,
        row.n,
      )
    }
    return rows.length
  }

  remove(messageId: string, n: number | null, at: number, who: string): number {
    const rows = this.#rows(messageId, n)
    for (const row of rows) {
      this.#changes.change(
        {
          messageId,
          n: row.n,
          from: 'quarantined',
          to: 'discarded',
          owner: 'quarantine',
          reason: 'deleted-by-hand',
          at,
          dueAt: null,
          detail: { who },
        },
        row,
      )
    }
    this.#changes.closeIfDone(messageId, at)
    return rows.length
  }

  /** Has a message inspected once more. False: it is none that can be, such as one that ended inspection threads. */
  #reopen(messageId: string, at: number): boolean {
    const row = this.#statements.get<{ edits: string }>(
      `SELECT edits FROM messages WHERE id = ? AND state IN ('decided', 'inspecting')`,
      messageId,
    )
    if (!row) return false
    this.#statements.run(
      `UPDATE messages SET state = 'inspecting', edits = ?, inspection_due = ?, inspection_owner = NULL, inspection_attempts = 0 WHERE id = ?`,
      JSON.stringify(reopenedEdits(JSON.parse(row.edits) as MessageEdit[])),
      at,
      messageId,
    )
    return true
  }

  #rows(messageId: string, n: number | null): { n: number; tenant: string; direction: string }[] {
    return this.#statements.all(
      `SELECT n, tenant, direction FROM deliveries WHERE message_id = ?1 AND state = 'quarantined' AND (?2 IS NULL OR n = ?2)`,
      messageId,
      n,
    )
  }
}
