import type {
  DueAnswer,
  ManagerReport,
  Report,
  ReportDecision,
  ReportFilter,
  ReportLine,
  ReportStore,
  Undecidable,
  Undecided,
} from '#services/reports/report-store.ts'
import { noteHappening } from './happening-rows.ts'
import { isReleasedForScan } from './release-rows.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'
import { domainOf, given, join, rowWithin } from './trace-conditions.ts'

const columns = `r.id, r.at, r.last_at AS lastAt, r.times, r.tenant, r.reporter, r.kind, r.proven, r.header_message_id AS headerMessageId,
  r.message_id AS messageId, r.rcpt_to AS rcptTo, r.found_state AS foundState, r.verdict, r.score, r.findings, r.versions, r.state, r.outcome, r.note,
  r.decided_at AS decidedAt, r.decided_by AS decidedBy`
const lines = `SELECT ${columns}, coalesce(m.subject, '') AS subject, coalesce(m.mail_from, '') AS mailFrom, coalesce(m.header_from, '') AS headerFrom,
    coalesce((SELECT d.state FROM deliveries d WHERE d.message_id = r.message_id AND d.rcpt_to = r.rcpt_to), 'forgotten') AS mailState
  FROM reports r LEFT JOIN messages m ON m.id = r.message_id`

/** Whether a condition holds of the delivery that a report has released. */
const ofReleased = (condition: string) => `(r.outcome = 'released' AND EXISTS (SELECT 1 FROM deliveries d
  WHERE d.message_id = r.message_id AND d.rcpt_to = r.rcpt_to AND ${condition}))`

interface Row extends Omit<Report, 'isProven' | 'findings' | 'versions'> {
  readonly proven: number
  readonly findings: string
  readonly versions: string
}
type LineRow = Row & Pick<ReportLine, 'subject' | 'mailFrom' | 'headerFrom' | 'mailState'>

/** Reports of people, on SQLite. They are taken in by report-rows.ts. */
export class SqliteReportStore implements Synchronous<ReportStore> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  noteFalseAlarm(report: ManagerReport): boolean {
    const changed = this.#statements.run(
      `INSERT INTO reports (id, at, last_at, times, tenant, reporter, kind, about, proven, header_message_id, message_id, rcpt_to, found_state,
         verdict, score, findings, versions, state, outcome, note, decided_at, decided_by, answered, answer_due)
       VALUES (?1, ?2, ?2, 1, ?3, ?4, 'false-alarm', 'message:' || ?5, 1, ?6, ?5, ?7, 'quarantined', ?8, ?9, ?10, ?11, 'accepted', 'noted', ?12, ?2, ?4, 0, NULL)
       ON CONFLICT (tenant, reporter, kind, about) DO NOTHING`,
      report.id,
      report.at,
      report.tenant,
      report.who,
      report.messageId,
      report.headerMessageId,
      report.rcptTo,
      report.verdict,
      report.score,
      JSON.stringify(report.findings),
      JSON.stringify(report.versions),
      report.note,
    )
    return changed > 0
  }

  list({ tenant, state, kind, within, before, after }: ReportFilter, limit: number): ReportLine[] {
    const conditions = [
      ...given(tenant, (value) => ({ sql: 'r.tenant = ?', values: [value] })),
      ...given(state, (value) => ({ sql: 'r.state = ?', values: [value] })),
      ...given(kind, (value) => ({ sql: 'r.kind = ?', values: [value] })),
      ...given(within, (reach) => rowWithin(reach, 'r.tenant', address)),
      ...given(before, (value) => ({ sql: 'r.id < ?', values: [value] })),
      ...given(after, (value) => ({ sql: 'r.id > ?', values: [value] })),
    ]
    return this.#statements
      .all<LineRow>(
        `${lines} WHERE ${join(conditions)} ORDER BY r.id ${after === undefined ? 'DESC' : 'ASC'} LIMIT ?`,
        ...conditions.flatMap((each) => each.values),
        limit,
      )
      .map(toReport)
  }

  read(id: string): ReportLine | null {
    const row = this.#statements.get<LineRow>(`${lines} WHERE r.id = ?`, id)
    return row ? toReport(row) : null
  }

  decide(id: string, { state, outcome, note, at, who }: ReportDecision): boolean {
    // An answer that it was taken would come too late now.
    const decided = this.#statements.get<{ tenant: string }>(
      `UPDATE reports SET state = ?, outcome = ?, note = ?, decided_at = ?, decided_by = ?, answer_due = iif(answered = 1, 'decided', NULL)
       WHERE id = ? AND state = 'open' RETURNING tenant`,
      state,
      outcome,
      note,
      at,
      who,
      id,
    )
    if (!decided) return false
    const detail = { report: id, state, outcome }
    noteHappening(this.#statements, { at, tenant: decided.tenant, kind: 'report.answered', detail })
    return true
  }

  dueAnswers(since: number, most: number, limit: number): DueAnswer[] {
    // One of each reporter: the next round counts what this one has sent. SQLite takes the other columns from the row of min().
    return this.#statements
      .all<Row & { about: DueAnswer['about']; lately: number; first: number; aside: number }>(
        `SELECT ${columns}, answer_due AS about, min(at) AS first, ${ofReleased("d.state = 'quarantined'")} AS aside,
           (SELECT count(*) FROM report_answers a WHERE a.reporter = r.reporter AND a.at > ?1) AS lately
         FROM reports r WHERE answer_due IS NOT NULL AND NOT ${ofReleased(isReleasedForScan('d.'))} GROUP BY reporter HAVING lately < ?2 OR about = 'taken' ORDER BY first LIMIT ?3`,
        since,
        most,
        limit,
      )
      .map(({ about, lately, aside, first: _first, ...row }) => ({
        ...{ report: toReport(row), about, lately },
        isStopped: aside === 1,
      }))
  }

  skipAnswer(id: string, about: DueAnswer['about']): void {
    this.#statements.run('UPDATE reports SET answer_due = NULL WHERE id = ? AND answer_due = ?', id, about)
  }

  releasable(limit: number): Report[] {
    return this.#statements
      .all<Row>(
        `SELECT ${columns} FROM reports r WHERE state = 'open' AND kind = 'false-alarm' AND proven = 1 AND found_state = 'quarantined'
           AND verdict NOT IN ('virus', 'unscanned') ORDER BY at LIMIT ?`,
        limit,
      )
      .map(toReport)
  }

  undecided(before: number, limit: number, mostCounted: number): Undecided[] {
    return this.#statements
      .all<Omit<Undecided, 'isTheirs'> & { isTheirs: number }>(
        `${openPlaces} SELECT ${tenantOfPlace} AS tenant, ${domainOfPlace} AS domain, oldestAt,
           (SELECT count(*) FROM (SELECT 1 FROM ${openAt} AND at < ?1 LIMIT ?3)) AS count,
           EXISTS (SELECT 1 FROM domains d WHERE d.name = ${domainOfPlace} AND d.tenant = ${tenantOfPlace}) AS isTheirs
         FROM (SELECT place, (SELECT at FROM ${openAt} ORDER BY at LIMIT 1) AS oldestAt FROM places WHERE place IS NOT NULL)
         WHERE oldestAt < ?1 ORDER BY oldestAt, place LIMIT ?2`,
        ...[before, limit, mostCounted],
      )
      .map((each) => ({ ...each, isTheirs: each.isTheirs === 1 }))
  }

  undecidable(before: number, limit: number): Undecidable[] {
    const late = this.#statements.all<{ id: string }>(
      `SELECT id FROM reports INDEXED BY reports_open WHERE state = 'open' AND at < ? ORDER BY at LIMIT ?`,
      before,
      limit,
    )
    const gone = this.#statements.all<{ id: string }>(
      `${openPlaces} SELECT r.id FROM places CROSS JOIN reports r INDEXED BY reports_places ON r.state = 'open' AND ${placeOf('r.')} = place
       WHERE NOT EXISTS (SELECT 1 FROM tenants t WHERE t.id = ${tenantOfPlace})
         OR NOT EXISTS (SELECT 1 FROM domains d WHERE d.name = ${domainOfPlace}) LIMIT ?`,
      limit,
    )
    const without = new Set(gone.map(({ id }) => id))
    return [
      ...gone.map(({ id }) => ({ id, isGone: true })),
      ...late.filter(({ id }) => !without.has(id)).map(({ id }) => ({ id, isGone: false })),
    ]
  }

  forgetBefore(at: number, limit: number): number {
    const old = `SELECT id FROM reports WHERE state <> 'open' AND ${decidedAt} < ?1 ORDER BY ${decidedAt} LIMIT ?2`
    this.#statements.run(`DELETE FROM report_answers WHERE report IN (${old})`, at, limit)
    return this.#statements.run(`DELETE FROM reports WHERE id IN (${old})`, at, limit)
  }
}

/** When a report was settled; one that found no message was so as it came. As the index has it. */
const decidedAt = 'coalesce(decided_at, at)'

/** Whose mail it is about: of what a manager or an unknown message is named by, that of the reporter. */
const address = 'coalesce(r.rcpt_to, r.reporter)'

/** Tenant and domain that a report is about, as one text: as the index of open reports has it, word by word. */
const placeOf = (row = '') => `${row}tenant || ' ' || ${domainOf(`coalesce(${row}rcpt_to, ${row}reporter)`)}`
const open = `reports INDEXED BY reports_places WHERE state = 'open' AND ${placeOf()}`
const openAt = `${open} = place`
/** Jumps through the index from place to place: its cost grows with those that wait, not with what they have sent. */
const openPlaces = `WITH RECURSIVE places(place) AS (
  SELECT (SELECT ${placeOf()} FROM ${open} > '' ORDER BY ${placeOf()} LIMIT 1)
  UNION ALL
  SELECT (SELECT ${placeOf()} FROM ${open} > place ORDER BY ${placeOf()} LIMIT 1) FROM places WHERE place IS NOT NULL)`
const tenantOfPlace = "substr(place, 1, instr(place, ' ') - 1)"
const domainOfPlace = "substr(place, instr(place, ' ') + 1)"

function toReport<Found extends Row>({ proven, findings, versions, ...row }: Found) {
  return {
    ...row,
    isProven: proven === 1,
    findings: JSON.parse(findings) as Report['findings'],
    versions: JSON.parse(versions) as Report['versions'],
  }
}
