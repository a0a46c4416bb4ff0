import { isDeepStrictEqual } from 'node:util'
import type { Alarm } from '#ground/platform/alarms.ts'
import type { AlarmState, AlarmStore, Subscription, Target } from '#services/alarms/alarm-store.ts'
import type { RowSeal } from './row-seal.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** Figures change with each look: one text of several minutes is kept, and so many of an alarm. */
const betweenTextsMs = 5 * 60_000
const mostTexts = 20

/** AlarmStore on SQLite. */
export class SqliteAlarmStore implements Synchronous<AlarmStore> {
  readonly #statements: Statements
  readonly #seal: RowSeal

  constructor(statements: Statements, seal: RowSeal) {
    this.#statements = statements
    this.#seal = seal
  }

  note(instance: string, open: readonly Alarm[], now: number, calmMs: number): void {
    for (const { name, subject, text, since } of open) {
      this.#followText({ name, subject, text }, now, calmMs)
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
    }
    this.#statements.run(
      `UPDATE alarm_states SET cleared_at = ?1 WHERE instance = ?2 AND cleared_at IS NULL
       AND name || char(10) || subject NOT IN (SELECT value FROM json_each(?3))`,
      now,
      instance,
      JSON.stringify(open.map((each) => `${each.name}\n${each.subject}`)),
    )
  }

  /** What it said before is kept, and whoever is told from now on hears what it says now. */
  #followText({ name, subject, text }: Omit<Alarm, 'since'>, now: number, calmMs: number): void {
    const before = this.#statements.get<{ text: string; since: number }>(
      `SELECT text, since FROM alarm_states WHERE name = ? AND subject = ? AND ifnull(cleared_at, ?3) >= ?3 - ?4`,
      name,
      subject,
      now,
      calmMs,
    )
    if (!before || before.text === text) return
    this.#statements.run(
      `INSERT INTO alarm_texts (name, subject, until, since, text) SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS
         (SELECT 1 FROM alarm_texts WHERE name = ?1 AND subject = ?2 AND since = ?4 AND until > ?3 - ?6)`,
      ...[name, subject, now, before.since, before.text, betweenTextsMs],
    )
    this.#statements.run(
      `DELETE FROM alarm_texts WHERE name = ?1 AND subject = ?2 AND until <=
         (SELECT until FROM alarm_texts WHERE name = ?1 AND subject = ?2 ORDER BY until DESC LIMIT 1 OFFSET ?3)`,
      ...[name, subject, mostTexts],
    )
    this.#statements.run(
      `UPDATE alarm_notice_lines SET text = ? WHERE name = ? AND subject = ? AND since = ? AND state = 'open'`,
      ...[text, name, subject, before.since],
    )
  }

  endUnseen(seenBefore: number, now: number): number {
    return this.#statements.run(
      'UPDATE alarm_states SET cleared_at = ? WHERE cleared_at IS NULL AND seen_at < ?',
      now,
      seenBefore,
    )
  }

  states(clearedSince: number, limit: number, names?: readonly string[]): AlarmState[] {
    const found = this.#statements.all<Omit<AlarmState, 'earlier'> & { readonly earlier: string }>(
      `SELECT name, subject, text, since, cleared_at AS clearedAt, withdrawn, instance,
         (SELECT json_group_array(json_object('text', t.text, 'until', t.until)) FROM
           (SELECT text, until FROM alarm_texts t WHERE t.name = s.name AND t.subject = s.subject AND t.since = s.since
            ORDER BY until DESC) t) AS earlier
       FROM alarm_states s WHERE (cleared_at IS NULL OR cleared_at >= ?1) AND (?3 IS NULL OR name IN (SELECT value FROM json_each(?3)))
       ORDER BY cleared_at IS NOT NULL, since DESC, name, subject LIMIT ?2`,
      clearedSince,
      limit,
      names ? JSON.stringify(names) : null,
    )
    return found.map(({ earlier, ...state }) =>
      earlier === '[]' ? state : { ...state, earlier: JSON.parse(earlier) as AlarmState['earlier'] & object },
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
    return this.#subscriptions(null)
  }

  subscription(id: string): Subscription | null {
    return this.#subscriptions(id)[0] ?? null
  }

  /** @param id null: all */
  #subscriptions(id: string | null): Subscription[] {
    // Each telling asks for one: a condition that also holds for all would read the whole table for it.
    const where = (key: string) => (id === null ? '' : `WHERE ${key} = ?`)
    const values = id === null ? [] : [id]
    const targets = Map.groupBy(
      this.#statements.all<TargetRow>(
        `SELECT subscription, n, form, address, secret, after_ms AS afterMs FROM alarm_targets
         ${where('subscription')} ORDER BY subscription, n`,
        ...values,
      ),
      (each) => each.subscription,
    )
    return this.#statements
      .all<ReceiverRow>(
        `SELECT id, scope, tenant, names, quiet, created_at AS createdAt, created_by AS createdBy
         FROM alarm_receivers ${where('id')} ORDER BY id`,
        ...values,
      )
      .map((row) => ({
        ...row,
        names: JSON.parse(row.names),
        quiet: row.quiet === null ? null : JSON.parse(row.quiet),
        targets: (targets.get(row.id) ?? []).map((each) => this.#toTarget(each)),
      }))
  }

  putSubscription(given: Subscription): void {
    this.#statements.run(
      `INSERT OR REPLACE INTO alarm_receivers (id, scope, tenant, names, quiet, created_at, created_by)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      given.id,
      given.scope,
      given.tenant,
      JSON.stringify(given.names),
      given.quiet && JSON.stringify(given.quiet),
      given.createdAt,
      given.createdBy,
    )
    this.#statements.run('DELETE FROM alarm_targets WHERE subscription = ?', given.id)
    for (const [n, { form, address, secret, afterMs }] of given.targets.entries())
      this.#statements.run(
        'INSERT INTO alarm_targets (subscription, n, form, address, secret, after_ms) VALUES (?, ?, ?, ?, ?, ?)',
        given.id,
        n,
        form,
        form === 'mail' ? address : '',
        form === 'mail' ? '' : this.#seal.seal(sealName(given.id, n), JSON.stringify([address, secret])),
        afterMs,
      )
  }

  changeSubscription(given: Subscription, seen: Subscription, moved: readonly (number | null)[]): boolean {
    const now = this.subscription(given.id)
    if (!now || !isDeepStrictEqual(now, seen)) return false
    this.putSubscription(given)
    const notices = 'notice IN (SELECT id FROM alarm_notices WHERE subscription = ?)'
    for (const [table, which] of [
      ['alarm_tellings', notices],
      ['alarm_told', 'subscription = ?'],
    ]) {
      for (const [from, to] of moved.entries())
        if (to === null)
          this.#statements.run(`DELETE FROM ${table} WHERE ${which} AND target = ?`, given.id, from)
        // Beside the others first: what is moved must not fall upon what is not yet.
        else if (to !== from)
          this.#statements.run(
            `UPDATE ${table} SET target = ? WHERE ${which} AND target = ?`,
            ...[-1 - to, given.id, from],
          )
      this.#statements.run(`UPDATE ${table} SET target = -1 - target WHERE ${which} AND target < 0`, given.id)
    }
    return true
  }

  /** Whoever knows the address of a channel can write there: it is sealed with its secret. */
  #toTarget({ subscription, n, form, address, secret, afterMs }: TargetRow): Target {
    if (form === 'mail') return { form, address, secret: '', afterMs }
    const kept = this.#seal.open(sealName(subscription, n), secret)
    const [place = '', key = ''] = this.#seal.isSealed(kept) ? [] : (JSON.parse(kept) as string[])
    return { form, address: place, secret: key, afterMs }
  }

  removeSubscription(id: string): boolean {
    this.#statements.run('DELETE FROM alarm_targets WHERE subscription = ?', id)
    // A version from before would go on telling it.
    this.#statements.run('DELETE FROM alarm_subscriptions WHERE id = ?', id)
    return this.#statements.run('DELETE FROM alarm_receivers WHERE id = ?', id) > 0
  }

  forget(before: number): void {
    this.#statements.run('DELETE FROM alarm_states WHERE cleared_at < ?', before)
    this.#statements.run('DELETE FROM alarm_texts WHERE until < ?', before)
  }
}

type ReceiverRow = Omit<Subscription, 'names' | 'quiet' | 'targets'> & { names: string; quiet: string | null }
type TargetRow = Target & { readonly subscription: string; readonly n: number }

const sealName = (subscription: string, n: number) => `alarm-target ${subscription} ${n}`
