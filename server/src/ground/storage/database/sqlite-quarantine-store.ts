import type { MessageEdit } from '#flow/spool/message.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import type {
  Place,
  QuarantineAct,
  QuarantineCount,
  QuarantineFilter,
  QuarantineLine,
  QuarantineSelection,
  QuarantineStore,
  QuarantineSummary,
  QuarantineTarget,
} from '#services/quarantine/quarantine-store.ts'
import { writeActedLines } from './audit-line.ts'
import type { DeliveryChanges } from './delivery-changes.ts'
import { takePlaceInLane } from './place-in-lane.ts'
import { quarantineConditions } from './quarantine-conditions.ts'
import { reopenedEdits } from './reopened-edits.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'
import { given, join } from './trace-conditions.ts'

const auditWords = {
  release: 'quarantine-released',
  delete: 'quarantine-deleted',
  rejudge: 'quarantine-rejudged',
} as const

/** What is in quarantine for one reason at one tenant. */
interface SummaryGroup {
  readonly reason: string
  readonly tenant: string
  readonly deliveries: number
  readonly oldest: number
  readonly [leaving: `leaving${number}`]: number
}

const mostTenants = 50

const whose = `CASE d.direction WHEN 'outbound' THEN s.mail_from ELSE d.rcpt_to END AS whose`

/** QuarantineStore on SQLite. Changing runs inside a transaction of the caller. */
export class SqliteQuarantineStore implements Synchronous<QuarantineStore> {
  readonly #statements: Statements
  readonly #changes: DeliveryChanges

  constructor(statements: Statements, changes: DeliveryChanges) {
    this.#statements = statements
    this.#changes = changes
  }

  list({ after, ...selection }: QuarantineFilter, limit: number): QuarantineLine[] {
    const conditions = [
      ...quarantineConditions(selection),
      ...given(after, ({ since, messageId, n }) => ({
        sql: '(d.settled_at, d.message_id, d.n) < (?, ?, ?)',
        values: [since, messageId, n],
      })),
    ]
    return this.#statements.all(
      `SELECT d.message_id AS messageId, d.n, d.tenant, s.mail_from AS mailFrom, s.header_from AS headerFrom, d.rcpt_to AS rcptTo, ${whose}, s.subject, s.size, d.reason,
         json_extract(s.explanation, '$.verdict') AS verdict, ifnull(json_extract(s.explanation, '$.score'), 0) AS score, d.settled_at AS since
       FROM deliveries d JOIN messages s ON s.id = d.message_id WHERE ${join(conditions)}
       ORDER BY d.settled_at DESC, d.message_id DESC, d.n DESC LIMIT ?`,
      ...conditions.flatMap((each) => each.values),
      limit,
    )
  }

  count(selection: QuarantineSelection): QuarantineCount {
    const conditions = quarantineConditions(selection)
    const row = this.#statements.get<QuarantineCount>(
      `SELECT count(*) AS deliveries, count(DISTINCT d.message_id) AS messages, ifnull(sum(d.reason = 'virus'), 0) AS viruses
       FROM deliveries d JOIN messages s ON s.id = d.message_id WHERE ${join(conditions)}`,
      ...conditions.flatMap((each) => each.values),
    )
    return row ?? { deliveries: 0, messages: 0, viruses: 0 }
  }

  summarize(within: Reach | null, leavingBefore: readonly number[]): QuarantineSummary {
    const conditions = quarantineConditions(within ? { within } : {})
    // Each delivery is looked at once, and its message only where the domain of the sender counts.
    const messages = within?.domains ? 'JOIN messages s ON s.id = d.message_id' : ''
    const leaving = leavingBefore.map((_, at) => `, sum(d.settled_at < ?) AS leaving${at}`).join('')
    const groups = this.#statements.all<SummaryGroup>(
      `SELECT d.reason, d.tenant, count(*) AS deliveries, min(d.settled_at) AS oldest ${leaving}
       FROM deliveries d ${messages} WHERE ${join(conditions)} GROUP BY d.reason, d.tenant`,
      ...leavingBefore,
      ...conditions.flatMap((each) => each.values),
    )
    const sum = (column: 'deliveries' | `leaving${number}`) =>
      groups.reduce((all, each) => all + (each[column] ?? 0), 0)
    return {
      deliveries: sum('deliveries'),
      reasons: mostFirst(groups, 'reason').map(([reason, deliveries]) => ({ reason, deliveries })),
      tenants: mostFirst(groups, 'tenant')
        .slice(0, mostTenants)
        .map(([tenant, deliveries]) => ({ tenant, deliveries })),
      leavingBy: leavingBefore.map((_, at) => sum(`leaving${at}`)),
      oldest: groups.length === 0 ? null : Math.min(...groups.map((each) => each.oldest)),
    }
  }

  targets(selection: QuarantineSelection, behind: Place | null, limit: number): QuarantineTarget[] {
    const conditions = [
      ...quarantineConditions(selection),
      ...given(behind ?? undefined, ({ since, messageId, n }) => ({
        sql: '(d.settled_at, d.message_id, d.n) > (?, ?, ?)',
        values: [since, messageId, n],
      })),
    ]
    return this.#statements.all(
      `SELECT d.message_id AS messageId, d.n, d.tenant, d.reason, d.settled_at AS since, ${whose}
       FROM deliveries d JOIN messages s ON s.id = d.message_id WHERE ${join(conditions)}
       ORDER BY d.settled_at, d.message_id, d.n LIMIT ?`,
      ...conditions.flatMap((each) => each.values),
      limit,
    )
  }

  act({ action, targets, at, who, ip, lifeMs, rescan, task, isForMany }: QuarantineAct): number {
    const release = (messageId: string, n: number) => {
      const released = this.release(messageId, n, at, lifeMs, who, rescan)
      if (released > 0) takePlaceInLane(this.#statements, { messageId, n }, isForMany ?? false)
      return released
    }
    const act = ({ messageId, n }: { messageId: string; n: number }) =>
      action === 'release'
        ? release(messageId, n)
        : action === 'delete'
          ? this.remove(messageId, n, at, who)
          : this.#rejudge(messageId, n, at, who)
    const done = targets.filter((each) => act(each) > 0)
    const detail = { ...(task !== undefined && { task }), ...(action === 'release' && { rescan }) }
    writeActedLines(this.#statements, { at, what: auditWords[action], who, ip, detail }, done)
    return done.length
  }

  oldestRelease(): number | null {
    const row = this.#statements.get<{ at: number | null }>(
      `SELECT min(due_at) AS at FROM deliveries WHERE state = 'waiting' AND reason = 'released-from-quarantine' AND due_at IS NOT NULL`,
    )
    return row?.at ?? null
  }

  release(
    messageId: string,
    n: number | readonly number[] | null,
    at: number,
    lifeMs: number,
    who: string,
    rescan: boolean,
  ): number {
    const rows = this.#rows(messageId, n)
    const scans = rescan && rows.length > 0 && this.#reopen(messageId, at)
    for (const row of rows) {
      this.#changes.change(
        {
          messageId,
          n: row.n,
          from: 'quarantined',
          to: 'waiting',
          owner: 'quarantine',
          reason: 'released-from-quarantine',
          at,
          dueAt: scans ? null : at,
          detail: { who, rescan: scans },
        },
        row,
      )
      this.#statements.run(
        'UPDATE deliveries SET expires_at = ?, fresh = 1 WHERE message_id = ? AND n = ?',
        at + lifeMs,
        messageId,
        row.n,
      )
    }
    return rows.length
  }

  remove(messageId: string, n: number | readonly number[] | null, at: number, who: string): number {
    const rows = this.#rows(messageId, n)
    for (const row of rows) {
      this.#changes.change(
        {
          messageId,
          n: row.n,
          from: 'quarantined',
          to: 'discarded',
          owner: 'quarantine',
          reason: 'deleted-by-hand',
          at,
          dueAt: null,
          detail: { who },
        },
        row,
      )
    }
    this.#changes.closeDiscarded(messageId)
    return rows.length
  }

  /** Has a delivery judged anew where it is; what is good by now leaves by itself. */
  #rejudge(messageId: string, n: number, at: number, who: string): number {
    const [row] = this.#rows(messageId, n)
    if (!row || !this.#reopen(messageId, at)) return 0
    this.#changes.record({
      ...row,
      at,
      messageId,
      kind: 'reopened',
      state: null,
      reason: 're-judged',
      detail: { who },
    })
    return 1
  }

  /** Has a message inspected once more. False: it is none that can be, such as one that ended inspection threads. */
  #reopen(messageId: string, at: number): boolean {
    const row = this.#statements.get<{ edits: string }>(
      `SELECT edits FROM messages WHERE id = ? AND state IN ('decided', 'inspecting')`,
      messageId,
    )
    if (!row) return false
    this.#statements.run(
      `UPDATE messages SET state = 'inspecting', edits = ?, inspection_due = ?, inspection_owner = NULL, inspection_attempts = 0 WHERE id = ?`,
      JSON.stringify(reopenedEdits(JSON.parse(row.edits) as MessageEdit[])),
      at,
      messageId,
    )
    return true
  }

  #rows(
    messageId: string,
    n: number | readonly number[] | null,
  ): { n: number; tenant: string; direction: string }[] {
    return this.#statements.all(
      `SELECT n, tenant, direction FROM deliveries WHERE message_id = ?1 AND state = 'quarantined'
         AND (?2 IS NULL OR n IN (SELECT value FROM json_each(?2)))`,
      messageId,
      n === null ? null : JSON.stringify([n].flat()),
    )
  }
}

/** Deliveries by reason or tenant, those with most first. */
function mostFirst(groups: readonly SummaryGroup[], by: 'reason' | 'tenant'): [string, number][] {
  const counts = new Map<string, number>()
  for (const each of groups) counts.set(each[by], (counts.get(each[by]) ?? 0) + each.deliveries)
  return [...counts].sort(([a, more], [b, less]) => less - more || (a < b ? -1 : 1))
}
