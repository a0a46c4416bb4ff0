import type { Statements } from './statements.ts'

/** So many notices in a row that nobody could be reached with make an address count as dead… */
const mostFailures = 3
const dayMs = 86_400_000
/** …where they were told of within so long… */
const withinMs = 14 * dayMs
/** …and not all at once: a receiver whose directory is broken for an afternoon knows none of its people. */
const apartMs = dayMs

/** What becomes of notices to subscribers of the status page, for their store and for the deliveries that tell of it. */
export class NoticeOutcomes {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  /** A server took it. A bounce may still come, and then counts instead. */
  reached(messageId: string, at: number): void {
    this.#statements.run(
      `UPDATE status_notices SET outcome = 'delivered', outcome_at = ? WHERE message_id = ? AND outcome IS NULL`,
      ...[at, messageId],
    )
  }

  /** Nobody is behind its address, once for each notice. False: it is no notice, or was known to have failed. */
  failed(messageId: string, at: number): boolean {
    const row = this.#statements.get<{ subscriber: string }>(
      `UPDATE status_notices SET outcome = 'failed', outcome_at = ? WHERE message_id = ? AND outcome IS NOT 'failed'
       RETURNING subscriber`,
      ...[at, messageId],
    )
    if (!row) return false
    // Ids sort by the time of their updates: when an outcome was heard says little of the order.
    const inRow = this.#statements.get<{ count: number; first: number; last: number }>(
      `SELECT count(*) AS count, min(outcome_at) AS first, max(outcome_at) AS last FROM status_notices
       WHERE subscriber = ?1 AND outcome = 'failed' AND outcome_at >= ?2 AND message_id > ifnull(
         (SELECT max(message_id) FROM status_notices WHERE subscriber = ?1 AND outcome = 'delivered'), '')`,
      ...[row.subscriber, at - withinMs],
    )
    if (inRow && inRow.count >= mostFailures && inRow.last - inRow.first >= apartMs)
      this.#statements.run(
        'UPDATE status_subscribers SET unreachable_since = ? WHERE id = ? AND unreachable_since IS NULL',
        ...[at, row.subscriber],
      )
    return true
  }
}
