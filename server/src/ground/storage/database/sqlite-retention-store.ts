import { firstIdAt } from '#ground/platform/ids.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import type {
  KeptPage,
  KeptPlace,
  KeptSelection,
  KeptTarget,
  OverdueDelivery,
  RetentionLimits,
  RetentionStore,
} from '#services/ledger/retention-store.ts'
import { forgetAcquaintances } from './acquaintance-rows.ts'
import type { DeliveryChanges } from './delivery-changes.ts'
import { forgetRefusedPeople } from './refused-people.ts'
import type { Statements } from './statements.ts'
import { forgetSuppressions } from './suppression-rows.ts'
import type { Synchronous } from './synchronous.ts'
import { type Condition, deliveryWithin } from './trace-conditions.ts'

interface QuarantinedRow {
  readonly message_id: string
  readonly n: number
  readonly tenant: string
  readonly direction: string
}

interface ReturnedRow {
  readonly messageId: string
  readonly keepUntil: number
  readonly since: number
  readonly owners: string
}

/** Messages that a page looks at: where nearly all are others', it ends there, with what it has found. */
const mostLooked = 2000
/** Messages `m` whose content is kept, behind a place. */
const keptBehind = 'm.keep_until >= ? AND (m.keep_until, m.id) > (?, ?)'
/** When the last of the deliveries of a message `m` was returned that are so. */
const returnedAt = `(SELECT max(d.settled_at) FROM deliveries d WHERE d.message_id = m.id AND d.state = 'returned')`

/** RetentionStore on SQLite. Runs inside a transaction of its caller; batches keep that transaction short. */
export class SqliteRetentionStore implements Synchronous<RetentionStore> {
  readonly #statements: Statements
  readonly #changes: DeliveryChanges

  constructor(statements: Statements, changes: DeliveryChanges) {
    this.#statements = statements
    this.#changes = changes
  }

  forget(now: number, limits: RetentionLimits, limit: number): number {
    return (
      this.#endAtBound(now, limits, limit) +
      this.#forgetMessages(now, limits, limit) +
      this.#forgetRefusals(now, limits, limit) +
      forgetAcquaintances(this.#statements, now, limit) +
      forgetSuppressions(this.#statements, now, limit)
    )
  }

  dueReturned(now: number, after: string, limit: number): string[] {
    const sql = 'SELECT id FROM messages WHERE keep_until <= ? AND id > ? ORDER BY id LIMIT ?'
    return this.#statements.all<{ id: string }>(sql, now, after, limit).map((each) => each.id)
  }

  keepReturned(messageIds: readonly string[], keepMs: number): void {
    this.#statements.run(
      `UPDATE messages SET keep_until = max(keep_until, ifnull(?1 + (SELECT max(d.settled_at) FROM deliveries d
         WHERE d.message_id = messages.id AND d.state = 'returned'), 0))
       WHERE id IN (SELECT value FROM json_each(?2)) AND keep_until IS NOT NULL`,
      keepMs,
      JSON.stringify(messageIds),
    )
  }

  returned(
    { until, within }: KeptSelection,
    incidentMs: number | null,
    behind: KeptPlace | null,
    limit: number,
  ): KeptPage {
    const reach = returnedWithin(within)
    const from = [behind?.since ?? 0, behind?.since ?? 0, behind?.messageId ?? '']
    const end = this.#statements.get<KeptPlace>(
      `SELECT keep_until AS since, id AS messageId, 0 AS n FROM messages m WHERE ${keptBehind}
       ORDER BY keep_until, id LIMIT 1 OFFSET ${mostLooked - 1}`,
      ...from,
    )
    const rows = this.#statements.all<ReturnedRow>(
      `SELECT m.id AS messageId, m.keep_until AS keepUntil, ${returnedAt} AS since,
         (SELECT json_group_array(json_object('whose', o.whose, 'tenant', o.tenant)) FROM
           (SELECT DISTINCT CASE d.direction WHEN 'outbound' THEN m.mail_from ELSE d.rcpt_to END AS whose, d.tenant
            FROM deliveries d WHERE d.message_id = m.id AND d.state = 'returned') o) AS owners
       FROM messages m WHERE ${keptBehind} ${end ? 'AND (m.keep_until, m.id) <= (?, ?)' : ''}
         AND since <= ? AND (? IS NULL OR m.keep_until <> since + ?) AND ${reach.sql} ORDER BY m.keep_until, m.id LIMIT ?`,
      ...[...from, ...(end ? [end.since, end.messageId] : []), until, incidentMs, incidentMs],
      ...reach.values,
      limit,
    )
    const last = rows.at(-1)
    return {
      found: rows.map(({ messageId, since, keepUntil, owners }) => ({
        ...{ messageId, n: 0, since, leavesAt: keepUntil },
        owners: JSON.parse(owners) as KeptTarget['owners'],
      })),
      behind:
        last && rows.length === limit
          ? { since: last.keepUntil, messageId: last.messageId, n: 0 }
          : (end ?? null),
    }
  }

  countReturned({ until, within }: KeptSelection): number {
    const reach = returnedWithin(within)
    const sql = `SELECT count(*) AS messages FROM messages m
      WHERE m.keep_until IS NOT NULL AND ${returnedAt} <= ? AND ${reach.sql}`
    return this.#statements.get<{ messages: number }>(sql, until, ...reach.values)?.messages ?? 0
  }

  endReturned(overdue: readonly OverdueDelivery[]): number {
    let done = 0
    for (const { messageId, since } of overdue) {
      const row = this.#statements.get(
        `SELECT 1 FROM messages WHERE id = ?1 AND keep_until IS NOT NULL AND ?2 = (SELECT max(d.settled_at)
           FROM deliveries d WHERE d.message_id = ?1 AND d.state = 'returned')`,
        ...[messageId, since],
      )
      if (!row) continue
      this.#freeKept(messageId)
      done++
    }
    return done
  }

  freeDue(messageIds: readonly string[], now: number): void {
    const rows = this.#statements.all<{ id: string }>(
      'SELECT id FROM messages WHERE id IN (SELECT value FROM json_each(?)) AND keep_until <= ?',
      JSON.stringify(messageIds),
      now,
    )
    for (const { id } of rows) this.#freeKept(id)
  }

  #freeKept(messageId: string): void {
    this.#changes.freeBody(messageId)
    this.#statements.run('UPDATE messages SET keep_until = NULL WHERE id = ?', messageId)
  }

  endQuarantine(overdue: readonly OverdueDelivery[], now: number): number {
    let done = 0
    for (const { messageId, n, since, keptDays } of overdue) {
      // Released, deleted, or set aside once more meanwhile: it is another matter then.
      const row = this.#statements.get<QuarantinedRow>(
        `SELECT message_id, n, tenant, direction FROM deliveries
         WHERE message_id = ? AND n = ? AND state = 'quarantined' AND settled_at = ?`,
        messageId,
        n,
        since,
      )
      if (!row) continue
      this.#discard(row, now, { keptDays })
      done++
    }
    return done
  }

  #endAtBound(now: number, limits: RetentionLimits, limit: number): number {
    const rows = this.#statements.all<QuarantinedRow>(
      `SELECT message_id, n, tenant, direction FROM deliveries WHERE state = 'quarantined' AND settled_at <= ? LIMIT ?`,
      now - limits.quarantinedMs,
      limit,
    )
    for (const row of rows) this.#discard(row, now, null)
    return rows.length
  }

  #discard(row: QuarantinedRow, at: number, detail: Readonly<Record<string, unknown>> | null): void {
    const messageId = row.message_id
    this.#changes.change(
      {
        messageId,
        n: row.n,
        from: 'quarantined',
        to: 'discarded',
        owner: 'jobs',
        reason: 'retention',
        at,
        dueAt: null,
        detail,
      },
      row,
    )
    this.#changes.closeDiscarded(messageId)
  }

  /** Old messages go with all their lines; the books keep their sums, so what goes is counted as forgotten. */
  #forgetMessages(now: number, limits: RetentionLimits, limit: number): number {
    const rows = this.#statements.all<{ id: string }>(
      `SELECT id FROM messages WHERE id < ? AND keep_until IS NULL
       AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = messages.id AND (d.state IN ('waiting', 'quarantined', 'held') OR d.settled_at > ?)) LIMIT ?`,
      firstIdAt(now - limits.traceMs),
      now - limits.traceMs,
      limit,
    )
    for (const { id } of rows) {
      this.#statements.run(
        `INSERT INTO forgotten (tenant, direction, state, deliveries) SELECT tenant, direction, state, count(*) FROM deliveries WHERE message_id = ?
         GROUP BY tenant, direction, state ON CONFLICT DO UPDATE SET deliveries = deliveries + excluded.deliveries`,
        id,
      )
      this.#changes.freeBody(id)
      for (const table of ['deliveries', 'events'])
        this.#statements.run(`DELETE FROM ${table} WHERE message_id = ?`, id)
      this.#statements.run('DELETE FROM messages WHERE id = ?', id)
    }
    return rows.length
  }

  #forgetRefusals(now: number, limits: RetentionLimits, limit: number): number {
    this.#statements.run(
      'DELETE FROM refusal_log WHERE seq IN (SELECT seq FROM refusal_log ORDER BY seq LIMIT ?) AND id < ?',
      limit,
      firstIdAt(now - limits.traceMs),
    )
    const found = forgetRefusedPeople(this.#statements, now - limits.traceMs, limit)
    return (
      found +
      this.#statements.run(
        'DELETE FROM refusals WHERE id IN (SELECT id FROM refusals WHERE id < ? LIMIT ?)',
        firstIdAt(now - limits.traceMs),
        limit,
      )
    )
  }
}

/** Messages `m` that were returned to, or from, somebody in a reach. */
function returnedWithin(within: Reach | undefined): Condition {
  const { sql, values } = within ? deliveryWithin(within, 'm') : { sql: '1', values: [] }
  return {
    sql: `EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = m.id AND d.state = 'returned' AND ${sql})`,
    values,
  }
}
