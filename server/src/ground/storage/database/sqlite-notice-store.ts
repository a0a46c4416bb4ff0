import type {
  NewLine,
  Notice,
  NoticeChange,
  NoticeLine,
  NoticeStore,
  Telling,
  TellOutcome,
} from '#services/alarms/notice-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

type Head = Omit<Notice, 'lines' | 'tellings'>

const heads = `SELECT id, subscription, cause, opened_at AS openedAt, joined_at AS joinedAt, revision, acked_at AS ackedAt,
  acked_by AS ackedBy, ended_at AS endedAt FROM alarm_notices`
const lines = `SELECT notice, name, subject, since, text, state, raised_at AS raisedAt, ended_at AS endedAt,
  cleared_at AS clearedAt, why FROM alarm_notice_lines`
const tellings = `SELECT notice, target, told_revision AS toldRevision, first_told_at AS firstToldAt,
  last_told_at AS lastToldAt, first_message AS firstMessage, pending, pending_revision AS pendingRevision,
  lease_until AS leaseUntil, due_at AS dueAt, tries, failing_since AS failingSince, error, secret FROM alarm_tellings`
const ofNotices = `notice IN (SELECT value FROM json_each(?))`
/** A telling of a pager that has heard of it, or may have. */
const isPaged = `((told_revision > 0 OR tries > 0 OR pending IS NOT NULL) AND EXISTS (
  SELECT 1 FROM alarm_notices JOIN alarm_targets USING (subscription)
  WHERE alarm_notices.id = alarm_tellings.notice AND n = alarm_tellings.target AND form = 'pagerduty'))`

/** NoticeStore on SQLite. */
export class SqliteNoticeStore implements Synchronous<NoticeStore> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  notices(endedSince: number): Notice[] {
    return this.#join(
      this.#statements.all<Head>(
        `${heads} WHERE ended_at IS NULL OR ended_at >= ? ORDER BY opened_at, id`,
        endedSince,
      ),
    )
  }

  unsettled(endedSince: number): Notice[] {
    return this.#join(
      this.#statements.all<Head>(
        `${heads} WHERE ended_at IS NULL
         UNION
         ${heads} WHERE ended_at >= ?1 AND EXISTS (SELECT 1 FROM alarm_tellings t
           WHERE t.notice = alarm_notices.id AND t.told_revision < alarm_notices.revision)
         UNION
         ${heads} WHERE ended_at >= ?1 AND id IN (SELECT l.notice FROM alarm_states s
           JOIN alarm_notice_lines l ON l.name = s.name AND l.subject = s.subject AND l.since = s.since
           WHERE s.cleared_at IS NULL OR (s.cleared_at >= ?1 AND s.withdrawn IS NOT NULL AND l.state <> 'wrong'))
         ORDER BY openedAt, id`,
        endedSince,
      ),
    )
  }

  notice(id: string): Notice | null {
    return this.#join(this.#statements.all<Head>(`${heads} WHERE id = ?`, id))[0] ?? null
  }

  #join(found: readonly Head[]): Notice[] {
    const ids = JSON.stringify(found.map((each) => each.id))
    const linesOf = Map.groupBy(
      this.#statements.all<NoticeLine & { notice: string }>(
        `${lines} WHERE ${ofNotices} ORDER BY since, name, subject`,
        ids,
      ),
      (each) => each.notice,
    )
    const tellingsOf = Map.groupBy(
      this.#statements.all<Telling & { notice: string }>(
        `${tellings} WHERE ${ofNotices} ORDER BY target`,
        ids,
      ),
      (each) => each.notice,
    )
    return found.map((each) => ({
      ...each,
      lines: (linesOf.get(each.id) ?? []).map(({ notice: _same, ...line }) => line),
      tellings: (tellingsOf.get(each.id) ?? []).map(({ notice: _same, ...telling }) => telling),
    }))
  }

  change(changes: readonly NoticeChange[], now: number): void {
    for (const each of changes) {
      if (each.kind === 'open') this.#open(each, now)
      else if (each.kind === 'join') this.#takeIn(each, now)
      else if (each.kind === 'settle') this.#settle(each, now)
      else this.#leave(each, now)
    }
  }

  #open(
    { id, subscription, cause, lines: given }: Extract<NoticeChange, { kind: 'open' }>,
    now: number,
  ): void {
    if (this.#addLines(id, subscription, given, 1) === 0) return
    this.#statements.run(
      `INSERT INTO alarm_notices (id, subscription, cause, opened_at, joined_at, revision) VALUES (?, ?, ?, ?, ?, 1)`,
      ...[id, subscription, cause, now, now],
    )
  }

  #takeIn({ id, subscription, lines: given }: Extract<NoticeChange, { kind: 'join' }>, now: number): void {
    const found = this.#statements.get<{ revision: number }>(
      'SELECT revision FROM alarm_notices WHERE id = ? AND ended_at IS NULL',
      id,
    )
    if (!found || this.#addLines(id, subscription, given, found.revision + 1) === 0) return
    this.#statements.run(
      'UPDATE alarm_notices SET revision = revision + 1, joined_at = ? WHERE id = ?',
      now,
      id,
    )
  }

  /** Whoever was first has it: what is in another notice of the subscription stays there. */
  #addLines(notice: string, subscription: string, given: readonly NewLine[], revision: number): number {
    let added = 0
    for (const { name, subject, since, text } of given)
      added += this.#statements.run(
        `INSERT OR IGNORE INTO alarm_notice_lines (subscription, name, subject, since, notice, text, state, raised_at, why)
         VALUES (?, ?, ?, ?, ?, ?, 'open', ?, '')`,
        ...[subscription, name, subject, since, notice, text, revision],
      )
    return added
  }

  /** The end of one of several is no news by itself; the end of all is, and that one was wrong. */
  #settle(change: Extract<NoticeChange, { kind: 'settle' }>, now: number): void {
    const { id, subscription, line, state, clearedAt, why } = change
    const changed = this.#statements.run(
      `UPDATE alarm_notice_lines SET state = ?1, why = ?2, cleared_at = ifnull(cleared_at, ?3),
         ended_at = (SELECT revision + 1 FROM alarm_notices WHERE id = notice)
       WHERE subscription = ?4 AND name = ?5 AND subject = ?6 AND since = ?7 AND notice = ?8
         AND state <> ?1 AND state <> 'wrong'`,
      ...[state, why, clearedAt, subscription, line.name, line.subject, line.since, id],
    )
    if (changed === 0) return
    const open = this.#statements.get(
      `SELECT 1 FROM alarm_notice_lines WHERE notice = ? AND state = 'open' LIMIT 1`,
      id,
    )
    if (open === undefined || state === 'wrong')
      this.#statements.run(
        'UPDATE alarm_notices SET revision = revision + 1, ended_at = CASE WHEN ? THEN ? END WHERE id = ?',
        ...[open === undefined ? 1 : 0, now, id],
      )
  }

  /**
   * The end of what stays is told; of what has left nothing is, but to pagers that have heard of it: there an incident
   * stays open until somebody closes it.
   */
  #leave({ id, subscription, line }: Extract<NoticeChange, { kind: 'leave' }>, now: number): void {
    const gone = this.#statements.run(
      `DELETE FROM alarm_notice_lines
       WHERE subscription = ? AND name = ? AND subject = ? AND since = ? AND notice = ? AND state = 'open'`,
      ...[subscription, line.name, line.subject, line.since, id],
    )
    if (gone === 0) return
    const left = this.#statements
      .all<{ state: NoticeLine['state'] }>(
        'SELECT DISTINCT state FROM alarm_notice_lines WHERE notice = ?',
        id,
      )
      .map((each) => each.state)
    if (left.includes('open')) return
    if (left.length === 0)
      this.#statements.run(`DELETE FROM alarm_tellings WHERE notice = ? AND NOT ${isPaged}`, id)
    const isPagerOpen = this.#statements.get(
      `SELECT 1 FROM alarm_tellings WHERE notice = ? AND ${isPaged}`,
      id,
    )
    if (left.length === 0 && isPagerOpen === undefined) {
      this.#statements.run('DELETE FROM alarm_notices WHERE id = ?', id)
      return
    }
    const isNews = left.includes('over') || isPagerOpen !== undefined
    // Of what was wrong the others have heard.
    if (!left.includes('over') && isNews)
      this.#statements.run(
        `UPDATE alarm_tellings SET told_revision = told_revision + 1 WHERE notice = ? AND NOT ${isPaged}
           AND told_revision = (SELECT revision FROM alarm_notices WHERE id = notice)`,
        id,
      )
    this.#statements.run(
      'UPDATE alarm_notices SET revision = revision + ?, ended_at = ? WHERE id = ?',
      ...[isNews ? 1 : 0, now, id],
    )
  }

  claimTelling(
    notice: string,
    target: number,
    given: { revision: number; message: string; secret: string; now: number; leaseUntil: number },
  ): Telling | null {
    const { revision, message, secret, now, leaseUntil } = given
    this.#statements.run(
      `INSERT OR IGNORE INTO alarm_tellings (notice, target, secret)
       SELECT id, ?, ? FROM alarm_notices WHERE id = ? AND ended_at IS NULL`,
      ...[target, secret, notice],
    )
    const taken = this.#statements.run(
      `UPDATE alarm_tellings SET lease_until = ?1,
         pending_revision = CASE WHEN pending IS NULL THEN ?2 ELSE pending_revision END, pending = ifnull(pending, ?3)
       WHERE notice = ?4 AND target = ?5 AND told_revision < ?2 AND lease_until <= ?6 AND due_at <= ?6`,
      ...[leaseUntil, revision, message, notice, target, now],
    )
    if (taken === 0) return null
    return (
      this.#statements.get<Telling>(`${tellings} WHERE notice = ? AND target = ?`, notice, target) ?? null
    )
  }

  settleTelling(notice: string, message: string, outcome: TellOutcome): boolean {
    if (outcome.kind === 'failed') {
      const failed = this.#statements.run(
        `UPDATE alarm_tellings SET lease_until = 0, due_at = ?, tries = tries + 1, error = ?,
           failing_since = ifnull(failing_since, ?) WHERE notice = ? AND pending = ? AND lease_until = ?`,
        ...[outcome.dueAt, outcome.error, outcome.at, notice, message, outcome.leaseUntil],
      )
      return failed > 0
    }
    this.#statements.run(
      `INSERT OR IGNORE INTO alarm_told (message, subscription, target, at)
       SELECT t.pending, n.subscription, t.target, ?1 FROM alarm_tellings t JOIN alarm_notices n ON n.id = t.notice
       WHERE t.notice = ?2 AND t.pending = ?3 AND n.ended_at IS NULL`,
      ...[outcome.at, notice, message],
    )
    const told = this.#statements.run(
      `UPDATE alarm_tellings SET told_revision = max(told_revision, ?1), first_told_at = ifnull(first_told_at, ?2),
         last_told_at = ?2, first_message = ifnull(first_message, pending), pending = NULL, lease_until = 0, due_at = 0,
         tries = 0, failing_since = NULL, error = '' WHERE notice = ?3 AND pending = ?4`,
      ...[outcome.revision, outcome.at, notice, message],
    )
    return told > 0
  }

  releaseTelling(notice: string, pending: string, claim: { message: string; leaseUntil: number }): void {
    this.#statements.run(
      `UPDATE alarm_tellings SET pending = nullif(pending, ?), lease_until = 0
       WHERE notice = ? AND pending = ? AND lease_until = ?`,
      ...[claim.message, notice, pending, claim.leaseUntil],
    )
  }

  countTold(since: number): Record<string, number> {
    const rows = this.#statements.all<{ subscription: string; target: number; told: number }>(
      'SELECT subscription, target, count(*) AS told FROM alarm_told WHERE at > ? GROUP BY 1, 2',
      since,
    )
    return Object.fromEntries(rows.map((each) => [`${each.subscription} ${each.target}`, each.told]))
  }

  acknowledge(notices: readonly string[], who: string, at: number): number | null {
    const rows = this.#statements.run(
      `UPDATE alarm_notices SET acked_at = ?, acked_by = ? WHERE acked_at IS NULL AND ended_at IS NULL
         AND id IN (SELECT value FROM json_each(?))`,
      ...[at, who, JSON.stringify(notices)],
    )
    return rows > 0 ? rows : null
  }

  ofSecret(secret: string): { notice: Notice; target: number } | null {
    const found = this.#statements.get<{ notice: string; target: number }>(
      'SELECT notice, target FROM alarm_tellings WHERE secret = ?',
      secret,
    )
    const notice = found && this.notice(found.notice)
    return notice ? { notice, target: found.target } : null
  }

  forgetSubscription(subscription: string): void {
    this.#statements.run(
      'DELETE FROM alarm_tellings WHERE notice IN (SELECT id FROM alarm_notices WHERE subscription = ?)',
      subscription,
    )
    for (const table of ['alarm_notice_lines', 'alarm_notices', 'alarm_told'])
      this.#statements.run(`DELETE FROM ${table} WHERE subscription = ?`, subscription)
  }

  forgetNotices(before: number): void {
    const old = 'SELECT id FROM alarm_notices WHERE ended_at < ?'
    for (const table of ['alarm_tellings', 'alarm_notice_lines'])
      this.#statements.run(`DELETE FROM ${table} WHERE notice IN (${old})`, before)
    this.#statements.run('DELETE FROM alarm_notices WHERE ended_at < ?', before)
    this.#statements.run('DELETE FROM alarm_told WHERE at < ?', before)
  }
}
