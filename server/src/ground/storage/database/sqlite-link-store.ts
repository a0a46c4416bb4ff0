import type { MessageEdit } from '#flow/spool/message.ts'
import type {
  AnsweredMessage,
  AskedLinks,
  ClaimedLink,
  HostRecord,
  HostSums,
  LinkEnd,
  LinkQueueState,
  LinkRecord,
  LinkStore,
  LinksTold,
  ToldAs,
} from '#services/links/link-store.ts'
import type { DeliveryChanges } from './delivery-changes.ts'
import { addHosts, forgetHosts } from './link-host-rows.ts'
import { reopenedEdits } from './reopened-edits.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** A message is told a moment after it was asked for: it may not be written yet. */
const settleMs = 2000
const againMs = 5000
/** Messages that wait, for each link that may. */
const messagesPerLink = 5
/** Waits of a delivery that end by time or by its next hop, and by no person. */
const stillOurs = `state = 'quarantined' OR (state = 'waiting' AND due_at IS NOT NULL AND lease_owner IS NULL
  AND reason IN ('just-accepted', 'deferred', 'own-hop-down', 'no-route', 'tls-fails', 'next-hop-is-ourselves',
    'route-to-come'))`

interface MessageRow {
  readonly state: string
  readonly explanation: string
  readonly edits: string
}

/** LinkStore on SQLite. Every method runs inside a transaction of its caller. */
export class SqliteLinkStore implements Synchronous<LinkStore> {
  readonly #statements: Statements
  readonly #changes: DeliveryChanges

  constructor(statements: Statements, changes: DeliveryChanges) {
    this.#statements = statements
    this.#changes = changes
  }

  ask(asked: readonly AskedLinks[], now: number, freshSince: number, room: number): number {
    const pending = { all: this.#count('link_visits WHERE due_at IS NOT NULL') }
    let messages = this.#count('link_messages')
    let skipped = 0
    for (const each of asked) {
      if (messages >= room * messagesPerLink) {
        skipped += each.urls.length
        continue
      }
      messages++
      skipped += this.#askFor(each, now, freshSince, room, pending)
    }
    return skipped
  }

  #askFor(
    { messageId, tenant, urls, around }: AskedLinks,
    now: number,
    freshSince: number,
    room: number,
    pending: { all: number },
  ): number {
    let open = 0
    let skipped = 0
    // One tenant never takes all of the queue from the others.
    let own = this.#count('link_visits WHERE due_at IS NOT NULL AND tenant = ?', tenant)
    for (const url of new Set(urls)) {
      const known = this.#statements.get<{ due: number | null; done: number | null }>(
        'SELECT due_at AS due, done_at AS done FROM link_visits WHERE url = ?',
        url,
      )
      if (known && known.due === null && (known.done ?? 0) < freshSince) this.#drop(url)
      const isThere = known && (known.due !== null || (known.done ?? 0) >= freshSince)
      if (isThere) open += known.due === null ? 0 : 1
      else if (pending.all < room && own < room / 2) {
        this.#insert(url, tenant, now)
        pending.all++
        own++
        open++
      } else skipped++
      this.#statements.run(
        'INSERT OR IGNORE INTO link_waiters (url, message_id) VALUES (?, ?)',
        url,
        messageId,
      )
    }
    this.#statements.run(
      'INSERT OR REPLACE INTO link_messages (message_id, asked_at, open, ready_at, around) VALUES (?, ?, ?, ?, ?)',
      messageId,
      now,
      open,
      open === 0 ? now + settleMs : null,
      JSON.stringify(around),
    )
    return skipped
  }

  #insert(url: string, tenant: string, now: number): void {
    this.#statements.run(
      'INSERT INTO link_visits (url, tenant, asked_at, due_at) VALUES (?, ?, ?, ?)',
      url,
      tenant,
      now,
      now,
    )
  }

  #drop(url: string): void {
    this.#statements.run('DELETE FROM link_visits WHERE url = ?', url)
  }

  #count(of: string, ...values: string[]): number {
    return (
      this.#statements.get<{ count: number }>(`SELECT count(*) AS count FROM ${of}`, ...values)?.count ?? 0
    )
  }

  claim(now: number, leaseUntil: number, limit: number): ClaimedLink[] {
    const tenants = this.#statements.all<{ tenant: string }>(
      'SELECT tenant, min(due_at) FROM link_visits WHERE due_at <= ? GROUP BY tenant ORDER BY min(due_at) LIMIT ?',
      now,
      limit,
    )
    const each = Math.ceil(limit / Math.max(1, tenants.length))
    const byTenant = tenants.map(({ tenant }) =>
      this.#statements.all<ClaimedLink>(
        'SELECT url, attempts FROM link_visits WHERE tenant = ? AND due_at <= ? ORDER BY due_at LIMIT ?',
        tenant,
        now,
        each,
      ),
    )
    // One after the other, so that nobody's links stand behind all of somebody else's.
    const rows = Array.from({ length: each }, (_, at) => byTenant.flatMap((links) => links[at] ?? [])).flat()
    const claimed = rows.slice(0, limit)
    for (const { url } of claimed)
      this.#statements.run('UPDATE link_visits SET due_at = ? WHERE url = ?', leaseUntil, url)
    return claimed
  }

  finish(url: string, end: LinkEnd, now: number): void {
    const isMine = this.#statements.run(
      'UPDATE link_visits SET due_at = NULL, done_at = ?, result = ? WHERE url = ? AND due_at IS NOT NULL',
      now,
      JSON.stringify(end),
      url,
    )
    // Somebody else was faster after a lease had ended; each message is told once.
    if (isMine === 0) return
    this.#statements.run(
      `UPDATE link_messages SET open = open - 1, ready_at = iif(open <= 1, max(?, asked_at + ?), NULL)
       WHERE open > 0 AND message_id IN (SELECT message_id FROM link_waiters WHERE url = ?)`,
      now,
      settleMs,
      url,
    )
  }

  postpone(url: string, dueAt: number, wasTried: boolean): void {
    this.#statements.run(
      'UPDATE link_visits SET due_at = ?, attempts = attempts + ? WHERE url = ? AND due_at IS NOT NULL',
      dueAt,
      wasTried ? 1 : 0,
      url,
    )
  }

  answered(now: number, limit: number): AnsweredMessage[] {
    const rows = this.#statements.all<{ messageId: string; askedAt: number; around: string }>(
      `SELECT message_id AS messageId, asked_at AS askedAt, around FROM link_messages
       WHERE ready_at <= ? ORDER BY ready_at LIMIT ?`,
      now,
      limit,
    )
    return rows.map(({ messageId, askedAt, around }) => ({
      messageId,
      askedAt,
      around: JSON.parse(around),
      links: this.#statements
        .all<{ url: string; result: string | null }>(
          `SELECT w.url AS url, v.result AS result FROM link_waiters w LEFT JOIN link_visits v ON v.url = w.url
           WHERE w.message_id = ? ORDER BY w.url`,
          messageId,
        )
        .map(({ url, result }) => ({ url, end: result === null ? null : JSON.parse(result) })),
    }))
  }

  tell(told: LinksTold, now: number, giveUp: boolean): ToldAs {
    const { messageId } = told
    const row = this.#statements.get<MessageRow>(
      'SELECT state, explanation, edits FROM messages WHERE id = ?',
      messageId,
    )
    if (!row || row.state === 'inspecting') {
      if (giveUp) this.#settle(messageId)
      else
        this.#statements.run(
          'UPDATE link_messages SET ready_at = ? WHERE message_id = ?',
          now + againMs,
          messageId,
        )
      return 'not-yet'
    }
    this.#settle(messageId)
    this.#explain(row, told, now)
    if (told.findings.length === 0) return 'noted'
    return row.state === 'decided' && this.#reopen(row, told, now) ? 'reopened' : this.#recordLate(told, now)
  }

  #settle(messageId: string): void {
    this.#statements.run('DELETE FROM link_waiters WHERE message_id = ?', messageId)
    this.#statements.run('DELETE FROM link_messages WHERE message_id = ?', messageId)
  }

  /** What was found late stands beside the findings that had decided, which still add up to the score. */
  #explain({ explanation }: MessageRow, { messageId, links, findings }: LinksTold, now: number): void {
    const before = JSON.parse(explanation)
    const after = {
      ...before,
      followed: { at: now, links },
      ...(findings.length > 0 && { late: findings }),
    }
    this.#statements.run('UPDATE messages SET explanation = ? WHERE id = ?', JSON.stringify(after), messageId)
  }

  /** Has a message judged anew for those whom it has not reached. False: there is nobody left, or it was before. */
  #reopen({ edits }: MessageRow, { messageId, findings }: LinksTold, now: number): boolean {
    const rows = this.#statements.all<{ n: number; tenant: string; direction: string; state: string }>(
      `SELECT n, tenant, direction, state FROM deliveries WHERE message_id = ? AND (${stillOurs})`,
      messageId,
    )
    if (rows.length === 0 || !this.#hasBody(messageId) || this.#wasReopened(messageId)) return false
    this.#statements.run(
      `UPDATE messages SET state = 'inspecting', edits = ?, inspection_due = ?, inspection_owner = NULL, inspection_attempts = 0 WHERE id = ?`,
      JSON.stringify(reopenedEdits(JSON.parse(edits) as MessageEdit[])),
      now,
      messageId,
    )
    for (const { state, ...row } of rows) {
      if (state === 'waiting')
        this.#statements.run(
          `UPDATE deliveries SET reason = 'inspecting', due_at = NULL WHERE message_id = ? AND n = ?`,
          messageId,
          row.n,
        )
      this.#changes.record({
        ...row,
        at: now,
        messageId,
        kind: 'reopened',
        state: null,
        reason: 'links-followed',
        detail: { why: wordsOf(findings) },
      })
    }
    return true
  }

  /** Once is enough: a message that is judged again and again would wait for ever. */
  #wasReopened(messageId: string): boolean {
    const sql = `SELECT 1 FROM events WHERE message_id = ? AND kind = 'reopened' AND reason = 'links-followed'`
    return this.#statements.get(sql, messageId) !== undefined
  }

  #hasBody(messageId: string): boolean {
    return this.#statements.get('SELECT 1 FROM bodies WHERE message_id = ?', messageId) !== undefined
  }

  /** For each recipient, so that `affected` lists whom it has reached. */
  #recordLate({ messageId, findings }: LinksTold, now: number): ToldAs {
    const rows = this.#statements.all<{ n: number; tenant: string; direction: string }>(
      'SELECT n, tenant, direction FROM deliveries WHERE message_id = ? ORDER BY n',
      messageId,
    )
    for (const row of rows)
      this.#changes.record({
        ...row,
        at: now,
        messageId,
        kind: 'links-followed',
        state: null,
        reason: 'links-followed',
        detail: { why: wordsOf(findings) },
      })
    return 'late'
  }

  addHosts(sums: readonly HostSums[]): void {
    addHosts(this.#statements, sums)
  }

  queue(): LinkQueueState {
    const row = this.#statements.get<LinkQueueState>(
      'SELECT count(*) AS pending, min(asked_at) AS oldestAt FROM link_visits WHERE due_at IS NOT NULL',
    )
    return row ?? { pending: 0, oldestAt: null }
  }

  link(url: string): LinkRecord | null {
    const row = this.#statements.get<Omit<LinkRecord, 'end'> & { result: string | null }>(
      'SELECT asked_at AS askedAt, done_at AS doneAt, attempts, result FROM link_visits WHERE url = ?',
      url,
    )
    if (!row) return null
    const { result, ...rest } = row
    return { ...rest, end: result === null ? null : JSON.parse(result) }
  }

  host(name: string): HostRecord[] {
    return this.#statements.all<HostRecord>(
      'SELECT tenant, first_at AS firstAt, mails FROM link_hosts WHERE host = ? ORDER BY first_at LIMIT 1000',
      name,
    )
  }

  forget(now: number, followedBefore: number, limit: number): number {
    const old = this.#statements.all<{ id: string }>(
      'SELECT message_id AS id FROM link_messages WHERE asked_at < ? LIMIT ?',
      followedBefore,
      limit,
    )
    for (const { id } of old) this.#settle(id)
    const visits = this.#statements.run(
      'DELETE FROM link_visits WHERE url IN (SELECT url FROM link_visits WHERE done_at < ? LIMIT ?)',
      followedBefore,
      limit,
    )
    return old.length + visits + forgetHosts(this.#statements, now, limit)
  }
}

function wordsOf(findings: readonly object[]): string {
  const codes = findings.map((each) => (each as { readonly code?: unknown }).code)
  return `where its links lead: ${codes.slice(0, 10).join(', ')}`
}
