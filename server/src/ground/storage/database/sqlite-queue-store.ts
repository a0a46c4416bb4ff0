import type { SQLInputValue } from 'node:sqlite'
import type { Direction } from '#flow/spool/message.ts'
import type { DeliveryState } from '#flow/spool/message-state.ts'
import type { Reason } from '#flow/spool/reasons.ts'
import { probeTenant } from '#ground/platform/probe-tenant.ts'
import type {
  ActRequest,
  QueueAction,
  QueueLane,
  QueueLine,
  QueueStore,
  ReturnedSo,
  Selection,
} from '#services/queue/queue-store.ts'
import { writeActedLines } from './audit-line.ts'
import type { DeliveryChanges } from './delivery-changes.ts'
import { findLanes } from './lane-query.ts'
import { takePlaceInLane } from './place-in-lane.ts'
import type { Statements } from './statements.ts'
import type { StoreRules } from './store-rules.ts'
import type { StoreSettings } from './store-settings.ts'
import type { Synchronous } from './synchronous.ts'
import { type Condition, deliveryWithin, given, join } from './trace-conditions.ts'

interface Row {
  message_id: string
  n: number
  tenant: string
  direction: Direction
  lane: string
  state: DeliveryState
  lease_owner: string | null
  due_at: number | null
}

/** QueueStore on SQLite. Acting runs inside a transaction of the caller. */
export class SqliteQueueStore implements Synchronous<QueueStore> {
  readonly #statements: Statements
  readonly #changes: DeliveryChanges
  readonly #settings: StoreSettings
  readonly #rules: StoreRules

  constructor(statements: Statements, changes: DeliveryChanges, settings: StoreSettings, rules: StoreRules) {
    this.#statements = statements
    this.#changes = changes
    this.#settings = settings
    this.#rules = rules
  }

  lanes(flowSince: number): QueueLane[] {
    return findLanes(this.#statements, this.#rules.parseLane, flowSince)
  }

  list(selection: Selection, states: readonly DeliveryState[], limit: number): QueueLine[] {
    const columns = 'd.*, m.mail_from, m.subject, m.size'
    return this.#each<Record<string, string | number | null>>(states, selection, columns, limit)
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
      .sort(byKey)
      .slice(0, limit)
  }

  count(action: QueueAction, selection: Selection): number {
    return this.#rules.actionFrom[action].reduce((sum, state) => {
      const { from, sql, values } = conditions(state, selection, action)
      const row = this.#statements.get<{ count: number }>(
        `SELECT count(*) AS count FROM ${from} WHERE ${sql}`,
        ...values,
      )
      return sum + (row?.count ?? 0)
    }, 0)
  }

  targets(action: QueueAction, selection: Selection, after: string, limit: number): string[] {
    const found = this.#rules.actionFrom[action].flatMap((state) => {
      const { from, sql, values } = conditions(state, selection, action)
      return this.#statements.all<{ id: string }>(
        `SELECT DISTINCT d.message_id AS id FROM ${from} WHERE ${sql} AND d.message_id > ? ORDER BY d.message_id LIMIT ?`,
        ...values,
        after,
        limit,
      )
    })
    return [...new Set(found.map((each) => each.id))].sort().slice(0, limit)
  }

  act(request: ActRequest): number {
    const { action, selection, limit } = request
    const columns = 'd.message_id, d.n, d.tenant, d.direction, d.lane, d.state, d.lease_owner, d.due_at'
    const rows = this.#each<Row>(this.#rules.actionFrom[action], selection, columns, limit, action)
    const done = rows.slice(0, limit).filter((row) => this.#actOn(row, request))
    this.#recordOrder(request, done)
    return done.length
  }

  /** Of the selection only what is the same for everybody: its lists name mail of others, and would stand in each line. */
  #recordOrder({ action, selection, at, who, ip = '', via, task }: ActRequest, done: readonly Row[]): void {
    const { messageIds: _all, keys: _keys, lanes: _lanes, within: _reach, ...others } = selection
    const acted = done.map(({ message_id, n, tenant }) => ({ messageId: message_id, n, tenant }))
    const detail = { selection: others, via, task }
    writeActedLines(this.#statements, { at, what: `queue-${action}`, who, ip, detail }, acted)
  }

  /** Rows of a selection, a query for each state: so that each finds its own index. */
  #each<Found>(
    states: readonly DeliveryState[],
    selection: Selection,
    columns: string,
    limit: number,
    action?: QueueAction,
  ): Found[] {
    return states.flatMap((state) => {
      const { from, sql, values } = conditions(state, selection, action)
      return this.#statements.all<Found>(
        `SELECT ${columns} FROM ${from} WHERE ${sql} ORDER BY d.message_id, d.n LIMIT ?`,
        ...values,
        limit,
      )
    })
  }

  #actOn(row: Row, request: ActRequest): boolean {
    const { at } = request
    // What is on the wire at this moment ends by itself; people see it in the count.
    if (row.state === 'waiting' && row.lease_owner !== null && (row.due_at ?? 0) > at) return false
    switch (request.action) {
      case 'retry':
        this.#stay(row, request, 'retried-by-hand', at)
        this.#goFirst(row, request)
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
        this.#statements.run(
          'UPDATE deliveries SET owes_news = 1 WHERE message_id = ? AND n = ?',
          row.message_id,
          row.n,
        )
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
    if (row.state === 'held') {
      this.#move(row, request, 'waiting', 'rerouted-by-hand', request.at)
      this.#takePlace(row, request)
    } else {
      this.#stay(row, request, 'rerouted-by-hand', request.at)
      this.#goFirst(row, request)
    }
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
      'UPDATE deliveries SET expires_at = ? WHERE message_id = ? AND n = ?',
      request.at + this.#settings.lives[row.direction],
      row.message_id,
      row.n,
    )
    this.#takePlace(row, request)
  }

  /** What waits already and is one of many stays what it is: ordinary mail of an outage is no mail to many. */
  #goFirst(row: Row, request: ActRequest): void {
    if (!request.isForMany) this.#takePlace(row, request)
  }

  #takePlace({ message_id, n }: Row, { isForMany = false }: ActRequest): void {
    takePlaceInLane(this.#statements, { messageId: message_id, n }, isForMany)
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

/**
 * Where deliveries of a state are found without a walk through all that were ever made. Conditions repeat those of
 * the partial indexes word by word: only then does SQLite see that an index holds them all.
 */
const places = {
  waiting: { index: 'deliveries_expiry', sql: "d.state = 'waiting'" },
  held: { index: 'deliveries_kept', sql: "d.state IN ('quarantined', 'held') AND d.state = 'held'" },
} as const

function conditions(
  state: DeliveryState,
  selection: Selection,
  action?: QueueAction,
): { from: string; sql: string; values: SQLInputValue[] } {
  const place = state === 'waiting' || state === 'held' ? places[state] : null
  const parts = [place?.sql ?? 'd.state = ?']
  const values: SQLInputValue[] = place ? [] : [state]
  const add = (sql: string, ...more: SQLInputValue[]) => {
    parts.push(sql)
    values.push(...more)
  }
  const {
    messageIds,
    keys,
    lane,
    lanes,
    tenant,
    domain,
    sender,
    recipient,
    reason,
    before,
    returned,
    within,
  } = selection
  // Content is kept of little: whoever looks for returned mail that has it starts there.
  if (state === 'returned') add('d.message_id IN (SELECT message_id FROM bodies)')
  if (action !== undefined && action !== 'return') add(mayMove)
  if (messageIds) add('d.message_id IN (SELECT value FROM json_each(?))', JSON.stringify(messageIds))
  if (keys)
    add(
      "(d.message_id, d.n) IN (SELECT value ->> '$.messageId', value ->> '$.n' FROM json_each(?))",
      JSON.stringify(keys),
    )
  if (lane !== undefined) add('d.lane = ?', lane)
  if (lanes) add('d.lane IN (SELECT value FROM json_each(?))', JSON.stringify(lanes))
  add(tenant === undefined ? 'd.tenant <> ?' : 'd.tenant = ?', tenant ?? probeTenant)
  if (domain !== undefined) add("d.rcpt_to LIKE '%@' || ? ESCAPE '\\'", domain.replace(/[\\%_]/g, '\\$&'))
  if (sender !== undefined) add('m.mail_from = ? COLLATE NOCASE', sender)
  if (recipient !== undefined) add('d.rcpt_to = ? COLLATE NOCASE', recipient)
  if (reason !== undefined) add('d.reason = ?', reason)
  if (before !== undefined) add('d.accepted_at < ?', before)
  if (returned) {
    const { sql, values: more } = returnedSo(returned)
    add(sql, ...more)
  }
  if (within) {
    const visible = deliveryWithin(within, 'm')
    add(visible.sql, ...visible.values)
  }
  const isNarrow = messageIds !== undefined || recipient !== undefined
  const hint = place && !isNarrow ? ` INDEXED BY ${place.index}` : ''
  return {
    from: `deliveries d${hint} CROSS JOIN messages m ON m.id = d.message_id`,
    sql: parts.join(' AND '),
    values,
  }
}

/** Mail whose checks are not done, or that ended two of them, must not be sent on by an order: it would go unscanned. */
const mayMove = "m.state <> 'inspecting' AND d.reason NOT IN ('inspecting', 'poison')"

/** What a receiver said, as people read it: `550 5.1.1 No such user`. */
const said = ['code', 'enhanced', 'reply']
  .map((each) => `ifnull(json_extract(e.detail, '$.${each}'), '')`)
  .join(` || ' ' || `)

/** A return stands in the story of the delivery with its node, its moment and the receiver's words. */
function returnedSo({ node, since, until, reply }: ReturnedSo): Condition {
  const parts: Condition[] = [
    { sql: "e.message_id = d.message_id AND e.n = d.n AND e.kind = 'returned'", values: [] },
    ...given(node, (each) => ({ sql: 'e.node = ?', values: [each] })),
    ...given(since, (each) => ({ sql: 'e.at >= ?', values: [each] })),
    ...given(until, (each) => ({ sql: 'e.at <= ?', values: [each] })),
    ...given(reply, (each) => ({
      sql: `instr(lower(${said}), lower(?)) > 0`,
      values: [each],
    })),
  ]
  return {
    sql: `EXISTS (SELECT 1 FROM events e INDEXED BY events_message WHERE ${join(parts)})`,
    values: parts.flatMap((each) => each.values),
  }
}

function byKey(a: QueueLine, b: QueueLine): number {
  if (a.messageId === b.messageId) return a.n - b.n
  return a.messageId < b.messageId ? -1 : 1
}
