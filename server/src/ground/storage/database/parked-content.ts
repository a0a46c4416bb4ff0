import type { Direction } from '#flow/spool/message.ts'
import type { EncryptedAside } from '#flow/spool/message-store.ts'
import type { Reason } from '#flow/spool/reasons.ts'
import type { DeliveryChanges } from './delivery-changes.ts'
import type { Statements } from './statements.ts'

interface Row {
  n: number
  tenant: string
  direction: Direction
}

/** How a delivery goes on; `dueAt` in ms, null: nobody tries it. */
interface Next {
  readonly reason: Reason
  readonly dueAt: number | null
}

/** Delivery returns by the end of its life, which is over: no attempt may be due before that is seen. */
const returnDueMs = 86_400_000

/** Encrypted messages that one look goes through: most sites have none to find. */
const mostLooked = 2000

const encryptedAside = `FROM body_keys k CROSS JOIN messages m ON m.id = k.message_id
  WHERE (m.state = 'set-aside' OR (m.state = 'inspecting' AND m.inspection_due IS NULL))`

const returns: ReadonlySet<string> = new Set(['returned-by-hand', 'hold-expired'])

/**
 * Mail that was parked for its content, which is whole after all: it goes on from where it was, as its events tell.
 * What ended two inspections stays parked, and what somebody gave back goes back. Inside a transaction of the caller.
 */
export class ParkedContent {
  readonly #statements: Statements
  readonly #changes: DeliveryChanges

  constructor(statements: Statements, changes: DeliveryChanges) {
    this.#statements = statements
    this.#changes = changes
  }

  /** Messages that have a delivery which was parked for their content. */
  ids(): string[] {
    return this.#statements
      .all<{ id: string }>(
        `SELECT DISTINCT message_id AS id FROM deliveries WHERE state = 'waiting' AND due_at IS NULL AND reason = 'body-damaged'`,
      )
      .map((each) => each.id)
  }

  /**
   * Encrypted messages that nobody works on; their deliveries may lie in quarantine or be held. Its cost grows with all
   * encrypted messages.
   */
  allEncryptedAside(): string[] {
    return this.#statements.all<{ id: string }>(`SELECT m.id ${encryptedAside}`).map((each) => each.id)
  }

  /**
   * The same a part at a time, by id, without what we have found damaged ourselves: that would be sent round for good.
   * @param after only those behind this id
   */
  encryptedAside(after: string, limit: number): EncryptedAside {
    const end = this.#statements.get<{ id: string }>(
      `SELECT message_id AS id FROM body_keys WHERE message_id > ? ORDER BY message_id LIMIT 1 OFFSET ${mostLooked - 1}`,
      after,
    )
    const ids = this.#statements
      .all<{ id: string }>(
        `SELECT m.id ${encryptedAside} AND k.message_id > ? ${end ? 'AND k.message_id <= ?' : ''}
         AND (k.damaged_at IS NULL OR EXISTS (SELECT 1 FROM events e WHERE e.message_id = m.id
           AND e.kind = 'set-aside' AND e.reason = 'body-damaged' AND e.at > k.damaged_at))
         ORDER BY k.message_id LIMIT ?`,
        ...[after, ...(end ? [end.id] : []), limit],
      )
      .map((each) => each.id)
    return { ids, behind: ids.length === limit ? (ids.at(-1) ?? null) : (end?.id ?? null) }
  }

  /** Encrypted content that we have opened, or tried to: what an older version says of it is another matter. */
  noteDamage(messageId: string, at: number): void {
    this.#statements.run('UPDATE body_keys SET damaged_at = ? WHERE message_id = ?', at, messageId)
  }

  /** What was not inspected is to be: it never leaves unseen. */
  resumeInspection(messageId: string, now: number): void {
    const sql = `UPDATE messages SET inspection_due = ifnull(inspection_due, ?) WHERE id = ? AND state = 'inspecting'`
    if (this.#statements.run(sql, now, messageId) === 0) return
    this.#resumeEach(messageId, now, (before) => {
      if (returns.has(before ?? '')) return { reason: before as Reason, dueAt: now + returnDueMs }
      const isReleased = before === 'released-from-quarantine'
      return { reason: isReleased ? before : 'inspecting', dueAt: null }
    })
  }

  /** What was decided is due now. Where its events do not tell how far it was, it stays parked. */
  resumeDecided(messageId: string, now: number): void {
    const aside = this.#statements.get(
      `SELECT 1 FROM messages WHERE id = ? AND state = 'set-aside'`,
      messageId,
    )
    if (aside === undefined) return
    this.#resumeEach(messageId, now, (before) => {
      if (before === null || before === 'inspecting') return null
      if (before === 'poison') return { reason: before, dueAt: null }
      if (returns.has(before)) return { reason: before as Reason, dueAt: now + returnDueMs }
      return { reason: 'content-readable', dueAt: now }
    })
    // Whatever was not inspected to its end has no decision that could count.
    this.#statements.run(
      `UPDATE messages SET state = 'decided' WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM deliveries WHERE message_id = ?1
       AND (state = 'waiting' AND reason IN ('poison', 'body-damaged') OR state = 'quarantined' AND reason = 'unscanned'))`,
      messageId,
    )
  }

  #resumeEach(messageId: string, now: number, nextOf: (before: string | null) => Next | null): void {
    const rows = this.#statements.all<Row>(
      `SELECT n, tenant, direction FROM deliveries WHERE message_id = ? AND state = 'waiting' AND reason = 'body-damaged'`,
      messageId,
    )
    for (const row of rows) {
      const next = nextOf(this.#reasonBefore(messageId, row.n))
      if (next === null) continue
      const { reason, dueAt } = next
      const sql = 'UPDATE deliveries SET reason = ?, due_at = ? WHERE message_id = ? AND n = ?'
      this.#statements.run(sql, reason, dueAt, messageId, row.n)
      const kind = reason === 'poison' ? 'set-aside' : 'waiting'
      this.#changes.record({ ...row, at: now, messageId, kind, state: null, reason, detail: null })
    }
  }

  /** Null: its events are not there. */
  #reasonBefore(messageId: string, n: number): string | null {
    const row = this.#statements.get<{ reason: string }>(
      `SELECT reason FROM events WHERE message_id = ?1 AND n = ?2 AND kind <> 'lease-lost' AND seq <
         (SELECT max(seq) FROM events WHERE message_id = ?1 AND n = ?2 AND kind = 'set-aside' AND reason = 'body-damaged')
       ORDER BY seq DESC LIMIT 1`,
      messageId,
      n,
    )
    return row?.reason ?? null
  }
}
