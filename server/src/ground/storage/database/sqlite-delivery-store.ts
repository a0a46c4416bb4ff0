import type {
  AddressRefusal,
  Attempt,
  DeliveryStore,
  Job,
  JobRecipient,
  LaneSummary,
  Result,
  Settlement,
} from '#flow/delivery/delivery-store.ts'
import type { DeliveryKey, DeliveryTerms, Direction, DsnRequest } from '#flow/spool/message.ts'
import type { Reason } from '#flow/spool/reasons.ts'
import type { DeliveryChanges } from './delivery-changes.ts'
import type { NoticeOutcomes } from './notice-outcomes.ts'
import type { SqliteMessageStore } from './sqlite-message-store.ts'
import type { Statements } from './statements.ts'
import type { StoreSettings } from './store-settings.ts'
import type { SuppressionRows } from './suppression-rows.ts'
import type { Synchronous } from './synchronous.ts'

interface DueRow {
  message_id: string
  n: number
  lane: string
}

interface DeliveryRow {
  n: number
  tenant: string
  direction: Direction
  rcpt_to: string
  dsn: string | null
  attempts: number
  reason: Reason
  expires_at: number
  notice_at: number | null
  last_attempt: string | null
  terms: string | null
  owes_news: 0 | 1
  refused_from: string | null
  bulk: 0 | 1
}

interface MessageRow {
  id: string
  direction: Direction
  mail_from: string
  parameters: string
  size: number
  received_at: number
  edits: string
  verdict: string | null
}

const indexes = ['deliveries_due', 'deliveries_tried', 'deliveries_bulk'] as const

const nothingAsked: DsnRequest = { notify: null, orcpt: null }

/** DeliveryStore on SQLite. Every method runs inside a transaction of its caller. */
export class SqliteDeliveryStore implements Synchronous<DeliveryStore> {
  readonly #statements: Statements
  readonly #changes: DeliveryChanges
  readonly #messages: SqliteMessageStore
  readonly #settings: StoreSettings
  readonly #suppressed: SuppressionRows
  readonly #notices: NoticeOutcomes

  constructor(
    statements: Statements,
    changes: DeliveryChanges,
    messages: SqliteMessageStore,
    settings: StoreSettings,
    suppressed: SuppressionRows,
    notices: NoticeOutcomes,
  ) {
    this.#statements = statements
    this.#changes = changes
    this.#messages = messages
    this.#settings = settings
    this.#suppressed = suppressed
    this.#notices = notices
  }

  /** Jumps through the index from lane to lane: its cost grows with the lanes, not with the mail in them. */
  lanes(): LaneSummary[] {
    return this.#statements.all<LaneSummary>(
      `WITH RECURSIVE lane(name) AS (
         SELECT min(lane) FROM deliveries WHERE state = 'waiting' AND due_at IS NOT NULL
         UNION ALL
         SELECT (SELECT min(lane) FROM deliveries WHERE state = 'waiting' AND due_at IS NOT NULL AND lane > name) FROM lane WHERE name IS NOT NULL)
       SELECT name AS lane, min(
         ifnull((SELECT min(due_at) FROM deliveries WHERE state = 'waiting' AND due_at IS NOT NULL AND lane = name AND fresh = 1), 9e15),
         ifnull((SELECT min(due_at) FROM deliveries WHERE state = 'waiting' AND due_at IS NOT NULL AND lane = name AND fresh = 0), 9e15)) AS nextDue,
         (SELECT min(due_at) FROM deliveries WHERE state = 'waiting' AND due_at IS NOT NULL AND lane = name AND fresh = 1) AS untriedSince,
         (SELECT max(due_at) FROM deliveries WHERE state = 'waiting' AND reason = 'retried-by-hand' AND lane = name AND lease_owner IS NULL) AS orderedAt
       FROM lane WHERE name IS NOT NULL`,
    )
  }

  claim(
    lane: string,
    owner: string,
    now: number,
    leaseUntil: number,
    limit: number,
  ): { jobs: Job[]; nextDue: number | null } {
    const [fresh, tried, bulk] = [0, 1, 2].map((kind) => this.#dueRows(lane, kind, now, limit)) as [
      DueRow[],
      DueRow[],
      DueRow[],
    ]
    const roomForBulk = Math.min(bulk.length, Math.ceil(limit / 8))
    const roomForTried = Math.min(tried.length, Math.ceil(limit / 4))
    const first = [...fresh.slice(0, Math.max(0, limit - roomForBulk - roomForTried)), ...tried]
    const rows = [...first.slice(0, limit - roomForBulk), ...bulk].slice(0, limit)
    const jobs = this.#claimMessages(rows, owner, now, leaseUntil)
    return { jobs, nextDue: this.#nextDue(lane) }
  }

  /** @param kind 0: new mail; 1: what was tried before; 2: mail to many. Each has an index of its own. */
  #dueRows(lane: string, kind: number, now: number, limit: number): DueRow[] {
    const condition = ['fresh = 1', 'fresh = 0 AND bulk = 0', 'fresh = 0 AND bulk = 1'][kind]
    return this.#statements.all<DueRow>(
      `SELECT message_id, n, lane FROM deliveries INDEXED BY ${indexes[kind]}
       WHERE state = 'waiting' AND due_at IS NOT NULL AND ${condition} AND lane = ? AND due_at <= ? ORDER BY due_at LIMIT ?`,
      lane,
      now,
      limit,
    )
  }

  #nextDue(lane: string): number | null {
    const row = this.#statements.get<{ fresh: number | null; tried: number | null }>(
      `SELECT (SELECT min(due_at) FROM deliveries WHERE state = 'waiting' AND due_at IS NOT NULL AND lane = ?1 AND fresh = 1) AS fresh,
              (SELECT min(due_at) FROM deliveries WHERE state = 'waiting' AND due_at IS NOT NULL AND lane = ?1 AND fresh = 0) AS tried`,
      lane,
    )
    const next = Math.min(row?.fresh ?? Infinity, row?.tried ?? Infinity)
    return next === Infinity ? null : next
  }

  /** Takes, with each due delivery, its siblings in the same lane: one transaction then serves them all. */
  #claimMessages(rows: readonly DueRow[], owner: string, now: number, leaseUntil: number): Job[] {
    const jobs: Job[] = []
    const seen = new Set<string>()
    for (const row of rows) {
      const key = `${row.message_id} ${row.lane}`
      if (seen.has(key)) continue
      seen.add(key)
      const recipients = this.#statements.all<DeliveryRow>(
        `SELECT n, tenant, direction, rcpt_to, dsn, attempts, reason, expires_at, notice_at, last_attempt, terms, owes_news, refused_from, bulk FROM deliveries
         WHERE message_id = ? AND lane = ? AND state = 'waiting' AND due_at <= ?`,
        row.message_id,
        row.lane,
        now,
      )
      const job = this.#claimOne(row, recipients, owner, leaseUntil)
      jobs.push(this.#withSuppressed(job, recipients, now))
    }
    return jobs
  }

  #claimOne(row: DueRow, recipients: readonly DeliveryRow[], owner: string, leaseUntil: number): Job {
    const sql = 'UPDATE deliveries SET lease_owner = ?, due_at = ? WHERE message_id = ? AND n = ?'
    for (const each of recipients) this.#statements.run(sql, owner, leaseUntil, row.message_id, each.n)
    const message = this.#statements.get<MessageRow>(
      `SELECT id, direction, mail_from, parameters, size, received_at, edits, explanation ->> 'verdict' AS verdict FROM messages WHERE id = ?`,
      row.message_id,
    )
    if (!message) throw new Error(`delivery ${row.message_id} has no message`)
    return {
      lane: row.lane,
      message: toMessage(
        message,
        recipients.every(({ bulk }) => bulk === 1),
      ),
      recipients: recipients.map(toRecipient),
    }
  }

  /** Only what our people send to the world: who writes to them, or gets a notice, is another matter. */
  #withSuppressed(job: Job, rows: readonly DeliveryRow[], now: number): Job {
    if (!rows.some(({ direction }) => direction === 'outbound')) return job
    const recipients = job.recipients.map((each, index) => {
      const found = this.#suppressed.inForce(rows[index]?.tenant ?? '', each.rcptTo, now)
      return found ? { ...each, suppressed: found } : each
    })
    return { ...job, recipients }
  }

  claimOverdue(owner: string, now: number, leaseUntil: number, limit: number): Job[] {
    const select = (column: string) =>
      // A lease that still runs is somebody's attempt: it settles the matter itself.
      `SELECT message_id, n, lane FROM deliveries WHERE state = 'waiting' AND ${column} <= ?1 AND due_at IS NOT NULL
       AND (lease_owner IS NULL OR due_at <= ?1) ORDER BY ${column} LIMIT ?2`
    const rows = [
      ...this.#statements.all<DueRow>(select('expires_at'), now, limit),
      ...this.#statements.all<DueRow>(select('notice_at'), now, limit),
    ]
    const jobs = new Map<string, { row: DueRow; numbers: Set<number> }>()
    for (const row of rows) {
      const key = `${row.message_id} ${row.lane}`
      const entry = jobs.get(key) ?? { row, numbers: new Set<number>() }
      jobs.set(key, entry)
      entry.numbers.add(row.n)
    }
    return [...jobs.values()].map(({ row, numbers }) => {
      const all = this.#statements.all<DeliveryRow>(
        'SELECT n, tenant, direction, rcpt_to, dsn, attempts, reason, expires_at, notice_at, last_attempt, terms, owes_news, refused_from, bulk FROM deliveries WHERE message_id = ? AND lane = ?',
        row.message_id,
        row.lane,
      )
      return this.#claimOne(
        row,
        all.filter((each) => numbers.has(each.n)),
        owner,
        leaseUntil,
      )
    })
  }

  settle(settlements: readonly Settlement[]): boolean[] {
    return settlements.map((settlement) => {
      const held = settlement.results.map((result) => this.#settleOne(settlement, result))
      const stillOurs = held.some(Boolean)
      // A notice belongs to the change that made us write it: without the one, not the other.
      if (stillOurs) for (const notice of settlement.notices) this.#messages.accept(notice)
      const keepUntil = settlement.contentIsDamaged ? null : settlement.at + this.#settings.keepReturnedMs
      this.#changes.closeIfDone(settlement.messageId, keepUntil)
      return stillOurs
    })
  }

  #settleOne(settlement: Settlement, result: Result): boolean {
    const { messageId, owner, at } = settlement
    const row = this.#statements.get<{
      tenant: string
      direction: string
      state: string
      lease_owner: string | null
      rcpt_to: string
    }>(
      'SELECT tenant, direction, state, lease_owner, rcpt_to FROM deliveries WHERE message_id = ? AND n = ?',
      messageId,
      result.n,
    )
    if (!row) return false
    if (row.state !== 'waiting' || row.lease_owner !== owner) {
      this.#changes.record({
        tenant: row.tenant,
        direction: row.direction,
        at,
        messageId,
        n: result.n,
        kind: 'lease-lost',
        state: null,
        reason: 'take-over',
        detail: { outcome: result.state, attempt: result.attempt },
      })
      return false
    }
    if (result.attempt !== null) {
      this.#statements.run(
        'UPDATE deliveries SET attempts = attempts + 1, fresh = 0, last_attempt = ? WHERE message_id = ? AND n = ?',
        JSON.stringify(result.attempt),
        messageId,
        result.n,
      )
    }
    this.#noteSuppression(settlement, result, row)
    if (row.direction === 'own') this.#noteNotice(settlement, result)
    if (result.state === 'waiting') this.#defer(settlement, result, row)
    else {
      this.#changes.change(
        {
          messageId,
          n: result.n,
          from: 'waiting',
          to: result.state,
          owner: 'delivery',
          reason: result.reason,
          at,
          dueAt: null,
          detail: result.attempt,
        },
        row,
      )
    }
    return true
  }

  /** What the receiver said of a recipient of the world is kept for the next mail to it. */
  #noteSuppression(
    { messageId, at }: Settlement,
    { state, suppressMs, attempt }: Result,
    place: { readonly tenant: string; readonly direction: string; readonly rcpt_to: string },
  ): void {
    if (place.direction !== 'outbound' || !attempt) return
    const { tenant, rcpt_to: address } = place
    if (state === 'delivered') this.#suppressed.reached(tenant, address)
    else if (suppressMs)
      this.#suppressed.note({
        ...{ at, tenant, address, cause: 'bounce', class: attempt.class ?? '', isCertain: true, messageId },
        words: [attempt.code || '', attempt.enhanced, attempt.reply].join(' ').trim(),
        lastsMs: suppressMs,
      })
  }

  /** Whether somebody is behind the address of a mail of our own. */
  #noteNotice({ messageId, at }: Settlement, { state, isUnreachable }: Result): void {
    if (state === 'delivered') this.#notices.reached(messageId, at)
    else if (isUnreachable) this.#notices.failed(messageId, at)
  }

  #defer(settlement: Settlement, result: Result, place: { tenant: string; direction: string }): void {
    this.#statements.run(
      'UPDATE deliveries SET reason = ?, due_at = ?, lease_owner = NULL, expires_at = ?, notice_at = ? WHERE message_id = ? AND n = ?',
      result.reason,
      result.dueAt,
      result.expiresAt,
      result.noticeAt,
      settlement.messageId,
      result.n,
    )
    if (result.refusedFrom)
      this.#statements.run(
        'UPDATE deliveries SET refused_from = ? WHERE message_id = ? AND n = ?',
        JSON.stringify(result.refusedFrom),
        settlement.messageId,
        result.n,
      )
    this.#changes.record({
      ...place,
      at: settlement.at,
      messageId: settlement.messageId,
      n: result.n,
      kind: 'deferred',
      state: null,
      reason: result.reason,
      detail: { ...result.attempt, nextAttempt: result.dueAt },
    })
  }

  giveBack(owner: string, keys: readonly DeliveryKey[], dueAt: number): void {
    const sql =
      'UPDATE deliveries SET lease_owner = NULL, due_at = ? WHERE message_id = ? AND n = ? AND lease_owner = ?'
    for (const key of keys) this.#statements.run(sql, dueAt, key.messageId, key.n, owner)
  }

  renew(owner: string, keys: readonly DeliveryKey[], leaseUntil: number): void {
    const sql = `UPDATE deliveries SET due_at = ? WHERE message_id = ? AND n = ? AND lease_owner = ? AND state = 'waiting'`
    for (const key of keys) this.#statements.run(sql, leaseUntil, key.messageId, key.n, owner)
  }

  backlog(): { lane: string; waiting: number; oldest: number }[] {
    return this.#statements.all(
      `SELECT lane, count(*) AS waiting, min(accepted_at) AS oldest FROM deliveries WHERE state = 'waiting' GROUP BY lane`,
    )
  }
}

function toMessage(row: MessageRow, isBulk: boolean): Job['message'] {
  return {
    id: row.id,
    direction: row.direction,
    mailFrom: row.mail_from,
    parameters: JSON.parse(row.parameters),
    size: row.size,
    receivedAt: row.received_at,
    edits: JSON.parse(row.edits),
    ...(row.direction === 'outbound' && row.verdict !== 'clean' && { isDoubted: true }),
    ...(isBulk && { isBulk }),
  }
}

function toRecipient(row: DeliveryRow): JobRecipient {
  return {
    n: row.n,
    rcptTo: row.rcpt_to,
    dsn: row.dsn === null ? nothingAsked : (JSON.parse(row.dsn) as DsnRequest),
    attempts: row.attempts,
    reason: row.reason,
    expiresAt: row.expires_at,
    noticeAt: row.notice_at,
    lastAttempt: row.last_attempt === null ? null : (JSON.parse(row.last_attempt) as Attempt),
    ...(row.owes_news === 1 && { owesNews: true as const }),
    ...(row.refused_from !== null && { refusedFrom: JSON.parse(row.refused_from) as AddressRefusal[] }),
    ...(row.terms !== null && { terms: JSON.parse(row.terms) as DeliveryTerms }),
  }
}
