import { newId } from '#ground/platform/ids.ts'
import type { Notice, Subscriber, SubscriberStore } from '#services/subscribers/subscriber-store.ts'
import type { NoticeOutcomes } from './notice-outcomes.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

interface Row {
  readonly id: string
  readonly kind: Subscriber['kind']
  readonly address: string
  readonly components: string
  readonly askedAt: number
  readonly confirmedAt: number | null
  readonly leaveSecret: string
}

const columns = `status_subscribers.id, kind, address, components, asked_at AS askedAt,
  confirmed_at AS confirmedAt, leave_secret AS leaveSecret`

/** SubscriberStore on SQLite. */
export class SqliteSubscriberStore implements Synchronous<SubscriberStore> {
  readonly #statements: Statements
  readonly #notices: NoticeOutcomes

  constructor(statements: Statements, notices: NoticeOutcomes) {
    this.#statements = statements
    this.#notices = notices
  }

  ask(subscriber: Subscriber, confirmHash: string, until: number): void {
    const { id, kind, address, components, askedAt, leaveSecret } = subscriber
    this.#statements.run('DELETE FROM status_subscribers WHERE address = ? AND confirmed_at IS NULL', address)
    this.#statements.run(
      `INSERT INTO status_subscribers (id, kind, address, components, asked_at, leave_secret, confirm_hash, confirm_until)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, kind, address, JSON.stringify(components), askedAt, leaveSecret, confirmHash, until],
    )
  }

  ofConfirm(confirmHash: string, now: number): Subscriber | null {
    return this.#one('confirm_hash = ? AND confirm_until > ?', confirmHash, now)
  }

  confirm(confirmHash: string, now: number): Subscriber | null {
    const found = this.ofConfirm(confirmHash, now)
    if (!found) return null
    this.#statements.run(
      'DELETE FROM status_subscribers WHERE address = ? AND confirmed_at IS NOT NULL',
      found.address,
    )
    this.#statements.run(
      `UPDATE status_subscribers SET confirmed_at = ?, confirm_hash = NULL, confirm_until = NULL WHERE id = ?`,
      ...[now, found.id],
    )
    return { ...found, confirmedAt: now }
  }

  ofLeave(leaveSecret: string): Subscriber | null {
    return this.#one('leave_secret = ?', leaveSecret)
  }

  subscriber(id: string): Subscriber | null {
    return this.#one('id = ?', id)
  }

  remove(id: string): boolean {
    this.#statements.run('DELETE FROM status_notices WHERE subscriber = ? AND told_at IS NULL', id)
    return this.#statements.run('DELETE FROM status_subscribers WHERE id = ?', id) > 0
  }

  subscribers(after: string | null, limit: number): Subscriber[] {
    return this.#statements
      .all<Row>(
        `SELECT ${columns} FROM status_subscribers WHERE confirmed_at IS NOT NULL AND address > ?
         ORDER BY address LIMIT ?`,
        ...[after ?? '', limit],
      )
      .map(subscriberOf)
  }

  countSubscribers(): { confirmed: number; asked: number } {
    const row = this.#statements.get<{ confirmed: number; asked: number }>(
      `SELECT COUNT(confirmed_at) AS confirmed, COUNT(*) - COUNT(confirmed_at) AS asked FROM status_subscribers`,
    )
    return { confirmed: row?.confirmed ?? 0, asked: row?.asked ?? 0 }
  }

  forget(now: number, settledBefore: number): void {
    this.#statements.run('DELETE FROM status_subscribers WHERE confirm_until <= ?', now)
    this.#statements.run('DELETE FROM status_announced WHERE at < ?', settledBefore)
    this.#statements.run(
      'DELETE FROM status_notices WHERE due_at IS NULL AND update_id NOT IN (SELECT update_id FROM status_announced)',
    )
  }

  announce(
    { id, incident, at }: { id: string; incident: string; at: number },
    components: readonly string[],
  ): number | null {
    const isNew =
      this.#statements.run(
        'INSERT INTO status_announced (update_id, at) VALUES (?, ?) ON CONFLICT DO NOTHING',
        ...[id, at],
      ) > 0
    if (!isNew) return null
    const found = this.#statements.all<{ id: string; components: string }>(
      'SELECT id, components FROM status_subscribers WHERE confirmed_at <= ?',
      at,
    )
    let count = 0
    for (const each of found) {
      const wanted = JSON.parse(each.components) as string[]
      const isWanted =
        wanted.length === 0 || components.length === 0 || wanted.some((one) => components.includes(one))
      if (!isWanted) continue
      count += 1
      this.#statements.run(
        `INSERT INTO status_notices (update_id, subscriber, incident, message_id, due_at) VALUES (?, ?, ?, ?, ?)`,
        ...[id, each.id, incident, newId(at), at],
      )
    }
    return count
  }

  claimNotices(now: number, leaseMs: number, limit: number): Notice[] {
    const rows = this.#statements.all<
      Row & { update: string; incident: string; tries: number; messageId: string }
    >(
      `SELECT update_id AS "update", incident, tries, message_id AS messageId, ${columns} FROM status_notices
       JOIN status_subscribers ON status_subscribers.id = subscriber
       WHERE due_at <= ? ORDER BY due_at LIMIT ?`,
      ...[now, limit],
    )
    for (const { update, id } of rows)
      this.#statements.run(
        'UPDATE status_notices SET due_at = ? WHERE update_id = ? AND subscriber = ?',
        ...[now + leaseMs, update, id],
      )
    return rows.map(({ update, incident, tries, messageId, ...row }) => ({
      ...{ update, incident, tries, messageId, subscriber: subscriberOf(row) },
    }))
  }

  settleNotice(
    { update, subscriber }: Pick<Notice, 'update' | 'subscriber'>,
    outcome: { toldAt: number } | { dueAt: number | null; tries: number },
  ): void {
    const place = [update, subscriber.id]
    if ('toldAt' in outcome)
      this.#statements.run(
        'UPDATE status_notices SET told_at = ?, due_at = NULL WHERE update_id = ? AND subscriber = ?',
        ...[outcome.toldAt, ...place],
      )
    else
      this.#statements.run(
        'UPDATE status_notices SET due_at = ?, tries = ? WHERE update_id = ? AND subscriber = ?',
        ...[outcome.dueAt, outcome.tries, ...place],
      )
  }

  noteFailed(messageId: string, at: number): boolean {
    return this.#notices.failed(messageId, at)
  }

  unreachable(limit: number): Subscriber[] {
    return this.#statements
      .all<Row>(
        `SELECT ${columns} FROM status_subscribers WHERE unreachable_since IS NOT NULL
         ORDER BY unreachable_since LIMIT ?`,
        limit,
      )
      .map(subscriberOf)
  }

  #one(condition: string, ...values: (string | number)[]): Subscriber | null {
    const row = this.#statements.get<Row>(
      `SELECT ${columns} FROM status_subscribers WHERE ${condition}`,
      ...values,
    )
    return row ? subscriberOf(row) : null
  }
}

function subscriberOf({ id, kind, address, components, askedAt, confirmedAt, leaveSecret }: Row): Subscriber {
  return {
    ...{ id, kind, address, askedAt, confirmedAt, leaveSecret },
    components: JSON.parse(components) as string[],
  }
}
