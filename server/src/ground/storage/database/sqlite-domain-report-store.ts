import type { NewDomainReport } from '#flow/spool/domain-report.ts'
import type { NewMessage } from '#flow/spool/message.ts'
import type {
  DomainReport,
  DomainReportFilter,
  DomainReportKind,
  DomainReportStore,
  NewFailure,
  ReportedSource,
} from '#services/domain-reports/domain-report-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** Takes a report in the transaction that takes its mail. The same report a second time changes nothing. */
export function takeDomainReport(
  statements: Statements,
  { id, receivedAt }: Pick<NewMessage, 'id' | 'receivedAt'>,
  { tenant, domain, kind, organization, reportId, begin, end, isProven, rows }: NewDomainReport,
): void {
  const sum = (of: typeof rows) => of.reduce((total, each) => total + each.count, 0)
  const isNew = statements.run(
    `INSERT OR IGNORE INTO domain_reports (message_id, at, tenant, domain, kind, organization, report_id, begin_at, end_at, proven, total, failed)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    id,
    receivedAt,
    tenant,
    domain,
    kind,
    organization,
    reportId,
    begin,
    end,
    isProven ? 1 : 0,
    sum(rows),
    sum(rows.filter((each) => !each.isGood)),
  )
  if (isNew === 0) return
  for (const [n, { source, result, detail, count, isGood }] of rows.entries())
    statements.run(
      'INSERT INTO domain_report_rows (message_id, n, source, result, detail, count, good) VALUES (?, ?, ?, ?, ?, ?, ?)',
      id,
      n,
      source,
      result,
      detail,
      count,
      isGood ? 1 : 0,
    )
}

interface Row extends Omit<DomainReport, 'isProven'> {
  readonly proven: number
}

/** Reports about domains, on SQLite. */
export class SqliteDomainReportStore implements Synchronous<DomainReportStore> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  list({ within, domain, kind, before }: DomainReportFilter, limit: number): DomainReport[] {
    return this.#statements
      .all<Row>(
        `SELECT message_id AS messageId, at, tenant, domain, kind, organization, begin_at AS begin, end_at AS end, proven, total, failed
         FROM domain_reports
         WHERE (?1 IS NULL OR tenant IN (SELECT value FROM json_each(?1))) AND (?2 IS NULL OR domain IN (SELECT value FROM json_each(?2)))
           AND (?3 IS NULL OR domain = ?3) AND (?4 IS NULL OR kind = ?4) AND (?5 IS NULL OR (at, message_id) < (?5, ?6))
         ORDER BY at DESC, message_id DESC LIMIT ?7`,
        within ? JSON.stringify(within.tenants) : null,
        within?.domains ? JSON.stringify(within.domains) : null,
        domain ?? null,
        kind ?? null,
        before?.at ?? null,
        before?.messageId ?? null,
        limit,
      )
      .map(({ proven, ...same }) => ({ ...same, isProven: proven === 1 }))
  }

  sources(
    domain: string,
    kind: DomainReportKind,
    since: number,
    until: number,
    limit: number,
  ): ReportedSource[] {
    return this.#statements
      .all<Omit<ReportedSource, 'isGood'> & { good: number }>(
        `SELECT source, result, detail, good, sum(count) AS count, count(DISTINCT organization) AS reporters, max(end_at) AS latestAt
         FROM domain_reports r JOIN domain_report_rows USING (message_id)
         WHERE r.domain = ? AND r.kind = ? AND r.end_at >= ? AND r.end_at < ?
         GROUP BY source, result, detail, good ORDER BY sum(count) DESC, source LIMIT ?`,
        domain,
        kind,
        since,
        until,
        limit,
      )
      .map(({ good, ...same }) => ({ ...same, isGood: good === 1 }))
  }

  newFailures(since: number, before: number, least: number, limit: number): NewFailure[] {
    return this.#statements.all<NewFailure>(
      `SELECT r.domain, r.kind, w.source, min(w.result) AS result, sum(w.count) AS count
       FROM domain_reports r JOIN domain_report_rows w USING (message_id)
       WHERE r.at >= ?1 AND r.proven = 1 AND w.good = 0 AND w.source <> ''
         AND NOT EXISTS (
           SELECT 1 FROM domain_reports o JOIN domain_report_rows v USING (message_id)
           WHERE o.domain = r.domain AND o.kind = r.kind AND o.at < ?1 AND o.at >= ?2 AND v.source = w.source AND v.good = 0)
       GROUP BY r.domain, r.kind, w.source HAVING sum(w.count) >= ?3 ORDER BY sum(w.count) DESC LIMIT ?4`,
      since,
      before,
      least,
      limit,
    )
  }

  forgetBefore(at: number, limit: number): number {
    const old = this.#statements.all<{ id: string }>(
      'SELECT message_id AS id FROM domain_reports WHERE at < ? ORDER BY at LIMIT ?',
      at,
      limit,
    )
    for (const { id } of old) {
      this.#statements.run('DELETE FROM domain_report_rows WHERE message_id = ?', id)
      this.#statements.run('DELETE FROM domain_reports WHERE message_id = ?', id)
    }
    return old.length
  }
}
