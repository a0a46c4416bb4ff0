import type { SQLInputValue } from 'node:sqlite'
import type { DeliveryState } from '#flow/spool/message-state.ts'
import type { Reason } from '#flow/spool/reasons.ts'
import type {
  HeldAction,
  HeldDue,
  HeldLine,
  HeldNews,
  HeldOf,
  HeldOrder,
  HeldQuery,
  HeldSince,
  HeldStore,
} from '#services/held/held-store.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import type { KeptPage, KeptPlace, KeptSelection } from '#services/ledger/retention-store.ts'
import { writeAuditLine } from './audit-line.ts'
import type { DeliveryChanges } from './delivery-changes.ts'
import { heldReasons, isHeld, type LineRow, lineColumns, noteHeldNews, toLine } from './held-rows.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'
import { type Condition, deliveryWithin } from './trace-conditions.ts'

/** Fact that tells how far the ledger has been read. */
const readFact = 'held-news'
/** Senders that a look finds; the others come with the next. */
const mostSenders = 300

const lines = 'FROM held_mail w JOIN messages m ON m.id = w.message_id'
const isOpen = `w.gone_at IS NULL AND EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = w.message_id AND ${isHeld})`
const isDue = {
  told: 'w.tell_at IS NOT NULL AND w.tell_at <= ?',
  warned: 'w.gone_at IS NULL AND w.held_at <= ? AND w.warned_at IS NULL AND w.told_at IS NOT NULL',
  corrected: 'w.correct = 1 AND w.gone_at <= ?',
} as const

interface HeldRow {
  readonly n: number
  readonly tenant: string
  readonly direction: string
}

/** HeldStore on SQLite. Whatever changes runs inside a transaction of the caller. */
export class SqliteHeldStore implements Synchronous<HeldStore> {
  readonly #statements: Statements
  readonly #changes: DeliveryChanges

  constructor(statements: Statements, changes: DeliveryChanges) {
    this.#statements = statements
    this.#changes = changes
  }

  news(limit: number): { from: number; upTo: number; news: HeldNews[] } {
    const from = this.#readUpTo()
    const bounds = this.#statements.get<{ first: number | null; last: number | null }>(
      'SELECT (SELECT min(seq) FROM events) AS first, (SELECT max(seq) FROM events) AS last',
    )
    // Numbers of forgotten events are gone: begin where the ledger begins.
    const upTo = Math.min(bounds?.last ?? 0, Math.max(from, (bounds?.first ?? 0) - 1) + limit)
    const news = this.#statements.all<HeldNews>(
      `SELECT e.message_id AS messageId, lower(m.mail_from) AS sender, e.tenant, e.at,
         CASE WHEN e.state = 'held' THEN 'held' WHEN e.reason IN ('re-judged', 'just-accepted') THEN 'freed' ELSE 'gone' END AS kind
       FROM events e JOIN messages m ON m.id = e.message_id
       WHERE e.seq > ? AND e.seq <= ? AND e.direction = 'outbound'
         AND (e.state = 'held' AND e.reason IN ${heldReasons}
           OR e.state IN ('waiting', 'returned', 'discarded', 'quarantined') AND e.kind <> 'accepted') ORDER BY e.seq`,
      from,
      upTo,
    )
    return { from, upTo, news }
  }

  noteNews(from: number, upTo: number, news: readonly HeldNews[]): void {
    if (this.#readUpTo() !== from) return
    for (const each of news) noteHeldNews(this.#statements, each)
    this.#statements.run('INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)', readFact, String(upTo))
  }

  #readUpTo(): number {
    const row = this.#statements.get<{ value: string }>('SELECT value FROM facts WHERE name = ?', readFact)
    return Number(row?.value ?? 0)
  }

  due(kind: keyof typeof isDue, now: number, since: number, most: number, of?: HeldOf): HeldDue[] {
    // What is judged anew at this moment may leave by itself: its sender is told when that is done.
    const open = kind === 'corrected' ? '' : `AND m.state <> 'inspecting' AND ${isOpen}`
    const senders = of
      ? [of]
      : this.#statements.all<HeldOf>(
          `SELECT DISTINCT w.sender, w.tenant ${lines} WHERE ${isDue[kind]} ${open} AND w.sender <> '' LIMIT ?`,
          now,
          mostSenders,
        )
    return senders.map(({ sender, tenant }) => {
      const told = this.#statements.get<{ notices: number; lastAt: number | null }>(
        'SELECT count(DISTINCT told_at) AS notices, max(told_at) AS lastAt FROM held_mail WHERE sender = ? AND told_at > ?',
        sender,
        since,
      )
      const messages = this.#lines(
        `WHERE ${isDue[kind]} ${open} AND w.sender = ? AND w.tenant = ? ORDER BY w.held_at, w.message_id LIMIT ?`,
        ...[now, sender, tenant, most],
      )
      return { sender, tenant, messages, notices: told?.notices ?? 0, lastAt: told?.lastAt ?? null }
    })
  }

  unwarned(heldBefore: number, behind: HeldOf | null, limit: number): HeldSince[] {
    return this.#statements.all<HeldSince>(
      `SELECT w.sender, w.tenant, min(w.held_at) AS heldAt ${lines}
       WHERE ${isDue.warned} AND m.state <> 'inspecting' AND ${isOpen} AND w.sender <> '' AND (w.sender, w.tenant) > (?, ?)
       GROUP BY w.sender, w.tenant ORDER BY w.sender, w.tenant LIMIT ?`,
      ...[heldBefore, behind?.sender ?? '', behind?.tenant ?? '', limit],
    )
  }

  list({ sender, asked, within, after }: HeldQuery, limit: number): HeldLine[] {
    const reach = reachOf(within)
    return this.#lines(
      `WHERE ${isOpen} AND (?1 IS NULL OR w.sender = ?1) AND (?2 = 0 OR w.asked_at IS NOT NULL)
         AND (?3 IS NULL OR (w.held_at, w.message_id) > (?3, ?4)) AND ${reach.sql}
       ORDER BY w.held_at, w.message_id LIMIT ${Math.floor(limit)}`,
      ...[sender?.toLowerCase() ?? null, asked ? 1 : 0, after?.heldAt ?? null, after?.messageId ?? ''],
      ...reach.values,
    )
  }

  read(messageId: string, within?: Reach): HeldLine | null {
    const reach = reachOf(within)
    return this.#lines(`WHERE w.message_id = ? AND ${reach.sql}`, ...[messageId, ...reach.values])[0] ?? null
  }

  link(hash: string): HeldLine | null {
    const sql = 'WHERE w.message_id = (SELECT message_id FROM held_links WHERE hash = ?)'
    return this.#lines(sql, hash)[0] ?? null
  }

  #lines(where: string, ...values: SQLInputValue[]): HeldLine[] {
    const sql = `SELECT ${lineColumns} ${lines} ${where}`
    return this.#statements.all<LineRow>(sql, ...values).map(toLine)
  }

  act(order: HeldOrder): number {
    const { action, messageId, mayVirus, within } = order
    const reach = within ? deliveryWithin(within, 'm') : { sql: '1', values: [] }
    const rows = this.#statements.all<HeldRow>(
      `SELECT d.n, d.tenant, d.direction FROM deliveries d JOIN messages m ON m.id = d.message_id
       WHERE d.message_id = ? AND ${isHeld} AND m.state <> 'inspecting' AND (? OR d.reason <> 'virus') AND ${reach.sql} ORDER BY d.n`,
      messageId,
      mayVirus || action !== 'release' ? 1 : 0,
      ...reach.values,
    )
    for (const row of rows) this.#actOn(row, order)
    if (action === 'withdraw') this.#changes.closeDiscarded(messageId)
    for (const tenant of new Set(rows.map((each) => each.tenant))) this.#record(order, tenant, rows.length)
    return rows.length
  }

  #actOn(row: HeldRow, { action, messageId, who, at, lifeMs, keptDays }: HeldOrder): void {
    const [to, reason, owner] = changeOf(action, who)
    // Delivery writes the notice to the sender: here the life just ends, and no attempt is due before that is seen.
    const dueAt = action === 'release' ? at : action === 'withdraw' ? null : at + 86_400_000
    const change = { messageId, n: row.n, from: 'held', to, owner, reason, at, dueAt } as const
    this.#changes.change({ ...change, detail: { who, ...(keptDays !== undefined && { keptDays }) } }, row)
    if (action === 'withdraw') return
    this.#statements.run(
      'UPDATE deliveries SET expires_at = ?, fresh = iif(?, 1, fresh) WHERE message_id = ? AND n = ?',
      action === 'release' ? at + lifeMs : at,
      action === 'release' ? 1 : 0,
      messageId,
      row.n,
    )
  }

  #record({ action, messageId, who, ip, at, note }: HeldOrder, tenant: string, deliveries: number): void {
    const detail = { messageId, deliveries, before: 'held', note }
    writeAuditLine(this.#statements, { at, what: `held-${action}`, who, tenant, ip, detail })
  }

  ask(messageId: string, at: number): boolean {
    const sql =
      'UPDATE held_mail SET asked_at = ? WHERE message_id = ? AND asked_at IS NULL AND gone_at IS NULL'
    return this.#statements.run(sql, at, messageId) > 0
  }

  useCode(messageId: string, codeHash: string, at: number): 'right' | 'wrong' | 'over' {
    const row = this.#statements.get<{ hash: string | null; until: number; tries: number }>(
      'SELECT code_hash AS hash, code_until AS until, code_tries AS tries FROM held_mail WHERE message_id = ?',
      messageId,
    )
    if (!row || row.hash === null || row.until < at || row.tries < 1) return 'over'
    const isRight = row.hash === codeHash
    this.#statements.run(
      'UPDATE held_mail SET code_tries = code_tries - 1, code_hash = iif(?, NULL, code_hash) WHERE message_id = ?',
      isRight ? 1 : 0,
      messageId,
    )
    return isRight ? 'right' : 'wrong'
  }

  heldBefore(moment: number, limit: number): string[] {
    return this.#statements
      .all<{ id: string }>(
        `SELECT w.message_id AS id ${lines} WHERE w.held_at <= ? AND m.state <> 'inspecting' AND ${isOpen} ORDER BY w.held_at LIMIT ?`,
        moment,
        limit,
      )
      .map((each) => each.id)
  }

  kept({ until, within }: KeptSelection, behind: KeptPlace | null, limit: number): KeptPage {
    const reach = reachOf(within)
    const rows = this.#statements.all<{ messageId: string; since: number; whose: string; tenant: string }>(
      `SELECT w.message_id AS messageId, w.held_at AS since, w.sender AS whose, w.tenant ${lines}
       WHERE ${isOpen} AND m.state <> 'inspecting' AND w.held_at <= ? AND (w.held_at, w.message_id) > (?, ?)
       AND ${reach.sql} ORDER BY w.held_at, w.message_id LIMIT ?`,
      ...[until, behind?.since ?? 0, behind?.messageId ?? ''],
      ...reach.values,
      limit,
    )
    const found = rows.map(({ whose, tenant, ...each }) => ({ ...each, n: 0, owners: [{ whose, tenant }] }))
    return { found, behind: found.length === limit ? (found.at(-1) ?? null) : null }
  }

  countOpen({ until, within }: KeptSelection): number {
    const reach = reachOf(within)
    const sql = `SELECT count(*) AS messages ${lines} WHERE ${isOpen} AND w.held_at <= ? AND ${reach.sql}`
    return this.#statements.get<{ messages: number }>(sql, until, ...reach.values)?.messages ?? 0
  }

  forget(goneBefore: number, limit: number): number {
    const rows = this.#statements.all<{ id: string }>(
      'SELECT message_id AS id FROM held_mail WHERE gone_at < ? AND correct = 0 LIMIT ?',
      goneBefore,
      limit,
    )
    for (const { id } of rows)
      for (const table of ['held_links', 'held_mail'])
        this.#statements.run(`DELETE FROM ${table} WHERE message_id = ?`, id)
    return rows.length
  }
}

function changeOf(action: HeldAction, who: string): readonly [DeliveryState, Reason, 'review' | 'jobs'] {
  const isSender = who.startsWith('person:')
  switch (action) {
    case 'release':
      return ['waiting', isSender ? 'released-by-sender' : 'released-from-hold', 'review']
    case 'withdraw':
      return ['discarded', isSender ? 'withdrawn-by-sender' : 'deleted-by-hand', 'review']
    case 'return':
      return ['waiting', 'returned-by-hand', 'review']
    case 'expire':
      return ['waiting', 'hold-expired', 'jobs']
  }
}

function reachOf(within: Reach | undefined): Condition {
  if (!within) return { sql: '1', values: [] }
  const { sql, values } = deliveryWithin(within, 'm')
  return {
    sql: `EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = w.message_id AND d.direction = 'outbound' AND ${sql})`,
    values,
  }
}
