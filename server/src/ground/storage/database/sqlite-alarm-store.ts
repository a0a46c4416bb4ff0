import type { Alarm } from '#ground/platform/alarms.ts'
import type { AlarmMail, AlarmState, AlarmStore, Subscription } from '#services/alarms/alarm-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** AlarmStore on SQLite. */
export class SqliteAlarmStore implements Synchronous<AlarmStore> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  note(instance: string, open: readonly Alarm[], now: number, calmMs: number): void {
    for (const { name, subject, text, since } of open)
      this.#statements.run(
        `INSERT INTO alarm_states (name, subject, text, since, seen_at, instance) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT DO UPDATE SET text = excluded.text, seen_at = excluded.seen_at, instance = excluded.instance,
           since = CASE WHEN cleared_at < ?5 - ?7 THEN excluded.since ELSE since END,
           withdrawn = CASE WHEN cleared_at < ?5 - ?7 THEN NULL ELSE withdrawn END, cleared_at = NULL`,
        name,
        subject,
        text,
        since,
        now,
        instance,
        calmMs,
      )
    this.#statements.run(
      `UPDATE alarm_states SET cleared_at = ?1 WHERE instance = ?2 AND cleared_at IS NULL
       AND name || char(10) || subject NOT IN (SELECT value FROM json_each(?3))`,
      now,
      instance,
      JSON.stringify(open.map((each) => `${each.name}\n${each.subject}`)),
    )
  }

  endUnseen(seenBefore: number, now: number): number {
    return this.#statements.run(
      'UPDATE alarm_states SET cleared_at = ? WHERE cleared_at IS NULL AND seen_at < ?',
      now,
      seenBefore,
    )
  }

  states(clearedSince: number, limit: number): AlarmState[] {
    return this.#statements.all(
      `SELECT name, subject, text, since, cleared_at AS clearedAt, withdrawn FROM alarm_states
       WHERE cleared_at IS NULL OR cleared_at >= ? ORDER BY cleared_at IS NOT NULL, since DESC, name, subject LIMIT ?`,
      clearedSince,
      limit,
    )
  }

  withdraw(name: string, subject: string, why: string, now: number): boolean {
    return (
      this.#statements.run(
        `UPDATE alarm_states SET withdrawn = ?, cleared_at = coalesce(cleared_at, ?) WHERE name = ? AND subject = ?`,
        why,
        now,
        name,
        subject,
      ) > 0
    )
  }

  subscriptions(): Subscription[] {
    return this.#statements
      .all<Omit<Subscription, 'names'> & { names: string }>(
        `SELECT id, scope, tenant, names, address, created_at AS createdAt, created_by AS createdBy
         FROM alarm_subscriptions ORDER BY id`,
      )
      .map((row) => ({ ...row, names: JSON.parse(row.names) }))
  }

  putSubscription(each: Subscription): void {
    this.#statements.run(
      `INSERT OR REPLACE INTO alarm_subscriptions (id, scope, tenant, names, address, created_at, created_by)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      each.id,
      each.scope,
      each.tenant,
      JSON.stringify(each.names),
      each.address,
      each.createdAt,
      each.createdBy,
    )
  }

  removeSubscription(id: string): boolean {
    return this.#statements.run('DELETE FROM alarm_subscriptions WHERE id = ?', id) > 0
  }

  mails(since: number): AlarmMail[] {
    return this.#statements
      .all<Omit<AlarmMail, 'sent'> & { sent: number }>(
        `SELECT subscription, name, subject, since, kind, at, message_id AS messageId, sent FROM alarm_mails
         WHERE at >= ? ORDER BY at`,
        since,
      )
      .map((row) => ({ ...row, sent: row.sent > 0 }))
  }

  claimMail(mail: AlarmMail): boolean {
    return (
      this.#statements.run(
        `INSERT OR IGNORE INTO alarm_mails (subscription, name, subject, since, kind, at, message_id, sent)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        mail.subscription,
        mail.name,
        mail.subject,
        mail.since,
        mail.kind,
        mail.at,
        mail.messageId,
        mail.sent ? 1 : 0,
      ) > 0
    )
  }

  markSent(mail: AlarmMail): void {
    this.#statements.run(
      'UPDATE alarm_mails SET sent = 1 WHERE subscription = ? AND name = ? AND subject = ? AND since = ? AND kind = ?',
      mail.subscription,
      mail.name,
      mail.subject,
      mail.since,
      mail.kind,
    )
  }

  forget(before: number): void {
    this.#statements.run('DELETE FROM alarm_states WHERE cleared_at < ?', before)
    // What is still open was told long ago, and must not be told again.
    this.#statements.run(
      `DELETE FROM alarm_mails WHERE at < ?1 AND NOT EXISTS (SELECT 1 FROM alarm_states s
         WHERE s.name = alarm_mails.name AND s.subject = alarm_mails.subject)`,
      before,
    )
  }
}
