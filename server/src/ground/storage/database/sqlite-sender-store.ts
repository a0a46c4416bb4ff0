import type { SendingNote } from '#flow/spool/sending-note.ts'
import { firstIdAt } from '#ground/platform/ids.ts'
import type {
  ActiveSender,
  SenderOrder,
  SenderStore,
  SuspendedByHand,
  SuspendedQuery,
  SuspendedSender,
} from '#services/senders/sender-store.ts'
import { writeAuditLine } from './audit-line.ts'
import type { DeliveryChanges } from './delivery-changes.ts'
import { addressesOf, type SentAs, sentAs } from './sender-addresses.ts'
import { readFigures } from './sender-figures.ts'
import { noteSending, suspendSender } from './sending-rows.ts'
import type { SqliteDirectoryStore } from './sqlite-directory-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

const hourMs = 3_600_000
/** What managers have said is right counts for this long. */
const vouchedMs = 30 * 24 * hourMs
const mostSlots = 50_000
const mostSuspended = 10_000
/** Deliveries that are changed in one step: others wait for it. */
const mostAtOnce = 300
const domainOfSender = `substr(p.sender, instr(p.sender, '@') + 1)`

interface Row {
  readonly messageId: string
  readonly n: number
  readonly tenant: string
  readonly direction: string
}

const heldRows = `SELECT d.message_id AS messageId, d.n, d.tenant, d.direction FROM suspended_mail s
  JOIN deliveries d ON d.message_id = s.message_id WHERE d.state = 'held' AND d.reason = 'sender-suspended'`

/** SenderStore on SQLite. Whatever changes runs inside a transaction of the caller. */
export class SqliteSenderStore implements Synchronous<SenderStore> {
  readonly #statements: Statements
  readonly #changes: DeliveryChanges
  readonly #directory: SqliteDirectoryStore

  constructor(statements: Statements, changes: DeliveryChanges, directory: SqliteDirectoryStore) {
    this.#statements = statements
    this.#changes = changes
    this.#directory = directory
  }

  volumes(since: number, instance: string): ReturnType<Synchronous<SenderStore>['volumes']> {
    const slots = this.#statements.all<{ sender: string; at: number; recipients: number }>(
      'SELECT sender, at, sum(recipients) AS recipients FROM sending_slots WHERE at >= ? AND instance <> ? GROUP BY sender, at LIMIT ?',
      ...[since, instance, mostSlots],
    )
    const suspended = this.#statements.all<{ sender: string }>(
      'SELECT sender FROM sending_people WHERE suspended_at IS NOT NULL LIMIT ?',
      mostSuspended,
    )
    return { slots, suspended: suspended.map((each) => each.sender) }
  }

  figures(question: Parameters<SenderStore['figures']>[0]): ReturnType<typeof readFigures> {
    return readFigures(this.#statements, question)
  }

  noteSuspect(note: SendingNote): void {
    noteSending(this.#statements, null, note)
  }

  active(since: number, least: number, limit: number): ActiveSender[] {
    return this.#statements
      .all<Omit<ActiveSender, 'isSuspended'> & { suspended: number }>(
        `SELECT s.sender, max(s.tenant) AS tenant, sum(s.recipients) AS recipients, p.advised_at AS advisedAt,
           p.suspended_at IS NOT NULL AS suspended
         FROM sending_slots s LEFT JOIN sending_people p ON p.sender = s.sender WHERE s.at > ?
         GROUP BY s.sender HAVING sum(s.recipients) >= ? ORDER BY recipients DESC LIMIT ?`,
        ...[since, least, limit],
      )
      .map(({ suspended, ...each }) => ({ ...each, isSuspended: suspended === 1 }))
  }

  claimAdvice(sender: string, tenant: string, at: number, notBefore: number): boolean {
    return (
      this.#statements.run(
        `INSERT INTO sending_people (sender, tenant, advised_at) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET advised_at = ?3 WHERE coalesce(advised_at, 0) <= ?4`,
        ...[sender, tenant, at, notBefore],
      ) > 0
    )
  }

  claimTold(sender: string, at: number): boolean {
    const sql = 'UPDATE sending_people SET told_at = ? WHERE sender = ? AND told_at IS NULL'
    return this.#statements.run(sql, at, sender) > 0
  }

  suspended({ within, after = '', sender }: SuspendedQuery, limit: number): SuspendedSender[] {
    return this.#statements
      .all<Omit<SuspendedSender, 'why'> & { why: string }>(
        `SELECT p.sender, p.tenant, p.suspended_at AS since, p.why, p.told_at AS toldAt,
           (SELECT count(*) FROM suspended_mail s JOIN deliveries d ON d.message_id = s.message_id
             WHERE s.sender = p.sender AND d.state = 'held' AND d.reason = 'sender-suspended') AS held
         FROM sending_people p WHERE p.suspended_at IS NOT NULL AND p.sender > ?
           AND (?2 IS NULL OR p.tenant IN (SELECT value FROM json_each(?2)))
           AND (?3 IS NULL OR ${domainOfSender} IN (SELECT value FROM json_each(?3))) AND (?5 IS NULL OR p.sender = ?5)
         ORDER BY p.sender LIMIT ?4`,
        ...[after, within ? JSON.stringify(within.tenants) : null],
        ...[within?.domains ? JSON.stringify(within.domains) : null, limit, sender ?? null],
      )
      .map(({ why, ...each }) => ({ ...each, why: JSON.parse(why) as string[] }))
  }

  addresses(login: string): string[] {
    return addressesOf(this.#statements, login)
  }

  holdWaiting(sender: string, since: number, at: number): number {
    const ways = this.addresses(sender).flatMap(sentAs)
    let moved = 0
    for (const way of ways) if (moved < mostAtOnce) moved += this.#holdSentAs(way, { sender, since, at })
    return moved
  }

  #holdSentAs(
    { sql, values }: SentAs,
    { sender, since, at }: { sender: string; since: number; at: number },
  ): number {
    // What is on the wire ends by itself, and what is still inspected is not decided yet.
    const rows = this.#statements.all<Row>(
      `SELECT d.message_id AS messageId, d.n, d.tenant, d.direction FROM messages m JOIN deliveries d ON d.message_id = m.id
       WHERE ${sql} AND m.id >= ? AND m.direction = 'outbound' AND m.state = 'decided' AND d.state = 'waiting'
         AND (d.lease_owner IS NULL OR d.due_at <= ?) AND d.reason NOT IN ('inspecting', 'returned-by-hand', 'hold-expired') LIMIT ?`,
      ...[...values, firstIdAt(since), at, mostAtOnce],
    )
    for (const row of rows) {
      const change = { from: 'waiting', to: 'held', owner: 'queue', dueAt: null, detail: null } as const
      this.#changes.change({ ...row, ...change, reason: 'sender-suspended', at }, row)
      this.#statements.run(
        'INSERT OR IGNORE INTO suspended_mail (message_id, sender) VALUES (?, ?)',
        row.messageId,
        sender,
      )
    }
    return rows.length
  }

  suspend(order: SuspendedByHand): boolean {
    if (!suspendSender(this.#statements, order)) return false
    // Whoever says so takes back what was said for it before.
    this.#statements.run('UPDATE sending_people SET vouched_until = NULL WHERE sender = ?', order.sender)
    return true
  }

  moveHeld(order: SenderOrder, to: 'waiting' | 'quarantined'): number {
    const rows = this.#heldOf(order.sender)
    for (const row of rows) this.#move(row, to, order)
    return rows.length
  }

  #move(row: Row, to: 'waiting' | 'quarantined', { at, lifeMs, who }: SenderOrder): void {
    const change = { from: 'held', to, owner: 'review', at, detail: { who } } as const
    if (to === 'quarantined') {
      this.#changes.change({ ...row, ...change, reason: 'stolen-account', dueAt: null }, row)
      return
    }
    this.#changes.change({ ...row, ...change, reason: 'released-from-hold', dueAt: at }, row)
    this.#statements.run(
      'UPDATE deliveries SET expires_at = ?, fresh = 1 WHERE message_id = ? AND n = ?',
      ...[at + lifeMs, row.messageId, row.n],
    )
  }

  free(order: SenderOrder, moved = 0): number | null {
    const { sender, at } = order
    const hour = this.#statements.get<{ hour: number }>(
      'SELECT coalesce(sum(recipients), 0) AS hour FROM sending_slots WHERE sender = ? AND at > ?',
      ...[sender, at - hourMs],
    )
    const deliveries = moved + this.#countHeld(sender)
    if (!this.#end(order, 'sender-freed', deliveries)) return null
    this.#statements.run(
      'UPDATE sending_people SET vouched = max(vouched, ?), vouched_until = ? WHERE sender = ?',
      ...[hour?.hour ?? 0, at + vouchedMs, sender],
    )
    while (this.moveHeld(order, 'waiting') > 0);
    return deliveries
  }

  reset(order: SenderOrder, moved = 0): { passwords: number; deliveries: number } | null {
    const { sender } = order
    const deliveries = moved + this.#countHeld(sender)
    if (!this.#end(order, 'sender-reset', deliveries)) return null
    const passwords = this.#statements.run(
      'DELETE FROM mail_passwords WHERE login = ? COLLATE NOCASE',
      sender,
    )
    this.#directory.changed(passwords)
    while (this.moveHeld(order, 'quarantined') > 0);
    return { passwords, deliveries }
  }

  #heldOf(sender: string): Row[] {
    return this.#statements.all<Row>(`${heldRows} AND s.sender = ? LIMIT ?`, sender, mostAtOnce)
  }

  #countHeld(sender: string): number {
    const sql = `SELECT count(*) AS held FROM (${heldRows} AND s.sender = ?)`
    return this.#statements.get<{ held: number }>(sql, sender)?.held ?? 0
  }

  /** Ends a suspension, with its audit row. False: there is none. */
  #end({ sender, who, ip, at }: SenderOrder, what: string, deliveries: number): boolean {
    const row = this.#statements.get<{ tenant: string; why: string; since: number }>(
      'SELECT tenant, why, suspended_at AS since FROM sending_people WHERE sender = ? AND suspended_at IS NOT NULL',
      sender,
    )
    if (!row) return false
    this.#statements.run('UPDATE sending_people SET suspended_at = NULL WHERE sender = ?', sender)
    const detail = { sender, deliveries, before: { since: row.since, why: JSON.parse(row.why) } }
    writeAuditLine(this.#statements, { at, what, who, tenant: row.tenant, ip, detail })
    return true
  }

  expire(heldBefore: number, at: number, limit: number): number {
    const rows = this.#statements.all<Row>(`${heldRows} AND d.settled_at <= ? LIMIT ?`, heldBefore, limit)
    for (const row of rows) {
      const change = { from: 'held', to: 'waiting', owner: 'jobs', dueAt: at + 86_400_000 } as const
      this.#changes.change({ ...row, ...change, reason: 'hold-expired', at, detail: null }, row)
      this.#statements.run(
        'UPDATE deliveries SET expires_at = ? WHERE message_id = ? AND n = ?',
        ...[at, row.messageId, row.n],
      )
    }
    return rows.length
  }

  forget(slotsBefore: number, hoursBefore: number): void {
    this.#statements.run('DELETE FROM sending_slots WHERE at < ?', slotsBefore)
    this.#statements.run('DELETE FROM sending_hours WHERE hour < ?', hoursBefore)
    this.#statements.run(
      `DELETE FROM suspended_mail WHERE NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = suspended_mail.message_id
         AND d.state IN ('held', 'waiting'))`,
    )
  }
}
