import type { SQLInputValue } from 'node:sqlite'
import type { DeliveryState } from '#flow/spool/message-state.ts'
import type { Reason } from '#flow/spool/reasons.ts'
import type {
  ActRequest,
  QueueAction,
  QueueLane,
  QueueLine,
  QueueStore,
  Selection,
} from '#services/queue/queue-store.ts'
import type { DeliveryChanges } from './delivery-changes.ts'
import type { Statements } from './statements.ts'
import type { StoreRules } from './store-rules.ts'
import type { Synchronous } from './synchronous.ts'

interface Row {
  message_id: string
  n: number
  tenant: string
  direction: string
  lane: string
  state: DeliveryState
  lease_owner: string | null
  due_at: number | null
}

/** QueueStore on SQLite. Acting runs inside a transaction of the caller. */
export class SqliteQueueStore implements Synchronous<QueueStore> {
  readonly #statements: Statements
  readonly #changes: DeliveryChanges
  readonly #rules: StoreRules

  constructor(statements: Statements, changes: DeliveryChanges, rules: StoreRules) {
    this.#statements = statements
    this.#changes = changes
    this.#rules = rules
  }

  lanes(): QueueLane[] {
    const rows = this.#statements.all<Omit<QueueLane, 'domain' | 'lastReply'>>(
      `SELECT lane, tenant, direction, state, count(*) AS deliveries, min(accepted_at) AS oldestAt, min(due_at) AS nextDue FROM deliveries
       WHERE state IN ('waiting', 'held') GROUP BY lane, tenant, direction, state ORDER BY deliveries DESC LIMIT 10000`,
    )
    return rows.map((row) => ({
      ...row,
      domain: this.#rules.parseLane(row.lane).domain,
      lastReply: this.#lastReply(row.lane),
    }))
  }

  #lastReply(lane: string): string {
    const row = this.#statements.get<{ last_attempt: string }>(
      `SELECT last_attempt FROM deliveries WHERE lane = ? AND state = 'waiting' AND due_at IS NOT NULL AND fresh = 0 AND last_attempt IS NOT NULL LIMIT 1`,
      lane,
    )
    return row ? String((JSON.parse(row.last_attempt) as { reply: string }).reply) : ''
  }

  list(selection: Selection, states: readonly DeliveryState[], limit: number): QueueLine[] {
    const { sql, values } = conditions(selection, states)
    return this.#statements
      .all<Record<string, string | number | null>>(
        `SELECT d.*, m.mail_from, m.subject, m.size FROM deliveries d JOIN messages m ON m.id = d.message_id WHERE ${sql} ORDER BY d.message_id, d.n LIMIT ?`,
        ...values,
        limit,
      )
      .map((row) => ({
        messageId: String(row.message_id),
        n: Number(row.n),
        tenant: String(row.tenant),
        mailFrom: String(row.mail_from),
        rcptTo: String(row.rcpt_to),
        subject: String(row.subject),
        size: Number(row.size),
        state: row.state as DeliveryState,
        reason: row.reason as Reason,
        attempts: Number(row.attempts),
        acceptedAt: Number(row.accepted_at),
        dueAt: row.due_at as number | null,
        underWay: row.lease_owner !== null,
        expiresAt: Number(row.expires_at),
        lastAttempt: row.last_attempt === null ? null : JSON.parse(String(row.last_attempt)),
      }))
  }

  count(action: QueueAction, selection: Selection): number {
    const { sql, values } = this.#targets(action, selection)
    return (
      this.#statements.get<{ count: number }>(
        `SELECT count(*) AS count FROM deliveries d JOIN messages m ON m.id = d.message_id WHERE ${sql}`,
        ...values,
      )?.count ?? 0
    )
  }

  act(request: ActRequest): number {
    const { sql, values } = this.#targets(request.action, request.selection)
    const rows = this.#statements.all<Row>(
      `SELECT d.message_id, d.n, d.tenant, d.direction, d.lane, d.state, d.lease_owner, d.due_at FROM deliveries d JOIN messages m ON m.id = d.message_id
       WHERE ${sql} ORDER BY d.message_id, d.n LIMIT ?`,
      ...values,
      request.limit,
    )
    const done = rows.filter((row) => this.#actOn(row, request)).length
    this.#statements.run(
      'INSERT INTO changes (at, what, who, detail) VALUES (?, ?, ?, ?)',
      request.at,
      `queue-${request.action}`,
      request.who,
      JSON.stringify({ selection: request.selection, via: request.via, deliveries: done }),
    )
    return done
  }

  /** Deliveries that an action may touch; for sending again only those whose content is still there. */
  #targets(action: QueueAction, selection: Selection): { sql: string; values: SQLInputValue[] } {
    const { sql, values } = conditions(selection, this.#rules.actionFrom[action])
    return {
      sql:
        action === 'resend'
          ? `${sql} AND EXISTS (SELECT 1 FROM bodies b WHERE b.message_id = d.message_id)`
          : sql,
      values,
    }
  }

  #actOn(row: Row, request: ActRequest): boolean {
    const { at } = request
    // What is on the wire at this moment ends by itself; people see it in the count.
    if (row.state === 'waiting' && row.lease_owner !== null && (row.due_at ?? 0) > at) return false
    switch (request.action) {
      case 'retry':
        this.#stay(row, request, 'retried-by-hand', at)
        return true
      case 'hold':
        this.#move(row, request, 'held', 'held-by-hand', null)
        return true
      case 'release':
        this.#move(row, request, 'waiting', 'released-from-hold', at)
        this.#renewLife(row, request)
        return true
      case 'reroute':
        return this.#reroute(row, request)
      case 'return':
        return this.#giveBack(row, request)
      case 'resend':
        this.#move(row, request, 'waiting', 'resent', at)
        this.#renewLife(row, request)
        this.#statements.run('UPDATE messages SET keep_until = NULL WHERE id = ?', row.message_id)
        return true
    }
  }

  #reroute(row: Row, request: ActRequest): boolean {
    const lane = this.#rules.laneName({ ...this.#rules.parseLane(row.lane), via: request.via ?? null })
    this.#statements.run(
      'UPDATE deliveries SET lane = ? WHERE message_id = ? AND n = ?',
      lane,
      row.message_id,
      row.n,
    )
    if (row.state === 'held') this.#move(row, request, 'waiting', 'rerouted-by-hand', request.at)
    else this.#stay(row, request, 'rerouted-by-hand', request.at)
    return true
  }

  /** Delivery writes the notice to the sender: here the life just ends, and no attempt is due before that is seen. */
  #giveBack(row: Row, request: ActRequest): boolean {
    const muchLater = request.at + 86_400_000
    if (row.state === 'held') this.#move(row, request, 'waiting', 'returned-by-hand', muchLater)
    else this.#stay(row, request, 'returned-by-hand', muchLater)
    this.#statements.run(
      'UPDATE deliveries SET expires_at = ? WHERE message_id = ? AND n = ?',
      request.at,
      row.message_id,
      row.n,
    )
    return true
  }

  #renewLife(row: Row, request: ActRequest): void {
    this.#statements.run(
      'UPDATE deliveries SET expires_at = ?, fresh = 1 WHERE message_id = ? AND n = ?',
      request.at + request.lifeMs,
      row.message_id,
      row.n,
    )
  }

  #move(row: Row, request: ActRequest, to: DeliveryState, reason: Reason, dueAt: number | null): void {
    this.#changes.change(
      {
        messageId: row.message_id,
        n: row.n,
        from: row.state,
        to,
        owner: 'queue',
        reason,
        at: request.at,
        dueAt,
        detail: { who: request.who, via: request.via },
      },
      row,
    )
  }

  #stay(row: Row, request: ActRequest, reason: Reason, dueAt: number): void {
    this.#statements.run(
      'UPDATE deliveries SET reason = ?, due_at = ?, lease_owner = NULL WHERE message_id = ? AND n = ?',
      reason,
      dueAt,
      row.message_id,
      row.n,
    )
    this.#changes.record({
      at: request.at,
      tenant: row.tenant,
      direction: row.direction,
      messageId: row.message_id,
      n: row.n,
      kind: 'ordered',
      state: null,
      reason,
      detail: { who: request.who, via: request.via },
    })
  }
}

function conditions(
  selection: Selection,
  states: readonly DeliveryState[],
): { sql: string; values: SQLInputValue[] } {
  const parts = [`d.state IN (${states.map(() => '?').join(', ')})`]
  const values: SQLInputValue[] = [...states]
  const add = (sql: string, ...more: SQLInputValue[]) => {
    parts.push(sql)
    values.push(...more)
  }
  const { messageIds, tenant, domain, sender, recipient, reason, before } = selection
  if (messageIds) add('d.message_id IN (SELECT value FROM json_each(?))', JSON.stringify(messageIds))
  if (tenant !== undefined) add('d.tenant = ?', tenant)
  if (domain !== undefined) add("d.rcpt_to LIKE '%@' || ? ESCAPE '\\'", domain.replace(/[\\%_]/g, '\\$&'))
  if (sender !== undefined) add('m.mail_from = ? COLLATE NOCASE', sender)
  if (recipient !== undefined) add('d.rcpt_to = ? COLLATE NOCASE', recipient)
  if (reason !== undefined) add('d.reason = ?', reason)
  if (before !== undefined) add('d.accepted_at < ?', before)
  return { sql: parts.join(' AND '), values }
}
