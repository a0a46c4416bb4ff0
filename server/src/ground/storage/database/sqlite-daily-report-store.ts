import type {
  DailyReportStore,
  SentReportKind,
  TlsResultRow,
} from '#services/daily-reports/daily-report-store.ts'
import type { DmarcRow } from '#services/dmarc/dmarc-store.ts'
import { DailyRows } from './daily-rows.ts'
import { dmarcColumns } from './sqlite-dmarc-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** Rows of one day: receivers of our mail decide how many kinds of failures there are. */
const mostRowsADay = 50_000

const key = [
  'day',
  'domain',
  'policy_type',
  'policy_text',
  'policy_hosts',
  'result',
  'reason',
  'source_ip',
  'host',
  'ip',
]

/** What connections to servers found by MX came to, by day; and which daily reports have gone. */
export class SqliteDailyReportStore implements Synchronous<DailyReportStore> {
  readonly #statements: Statements
  readonly #rows: DailyRows<TlsResultRow>

  constructor(statements: Statements, most = mostRowsADay) {
    this.#statements = statements
    this.#rows = new DailyRows(statements, {
      name: 'tls_results',
      key,
      count: 'sessions',
      valuesOf,
      countOf: ({ sessions }) => sessions,
      withoutDetail,
      most,
    })
  }

  addResults(rows: readonly TlsResultRow[]): void {
    this.#rows.add(rows)
  }

  rowsOf(day: string, domain: string, limit: number): TlsResultRow[] {
    return this.#statements.all<TlsResultRow>(
      `SELECT day, domain, policy_type AS policyType, policy_text AS policyText, policy_hosts AS policyHosts, result,
         reason, source_ip AS sourceIp, host, ip, sessions
       FROM tls_results WHERE day = ? AND domain = ? ORDER BY result = 'success', sessions DESC, host, ip LIMIT ?`,
      day,
      domain,
      limit,
    )
  }

  unreported(day: string, after: string, limit: number): string[] {
    return this.#names(
      `SELECT DISTINCT domain AS name FROM tls_results WHERE day = ?1 AND domain > ?2
       AND NOT EXISTS (SELECT 1 FROM sent_reports WHERE kind = 'tls' AND day = ?1 AND domain = tls_results.domain)
       ORDER BY domain LIMIT ?3`,
      day,
      after,
      limit,
    )
  }

  unreportedDmarc(day: string, after: string, limit: number): string[] {
    return this.#names(
      `SELECT DISTINCT policy_domain AS name FROM dmarc_results WHERE day = ?1 AND policy_domain > ?2
       AND NOT EXISTS
         (SELECT 1 FROM sent_reports WHERE kind = 'dmarc' AND day = ?1 AND domain = dmarc_results.policy_domain)
       ORDER BY policy_domain LIMIT ?3`,
      day,
      after,
      limit,
    )
  }

  #names(sql: string, ...values: readonly (string | number)[]): string[] {
    return this.#statements.all<{ name: string }>(sql, ...values).map(({ name }) => name)
  }

  dmarcRows(day: string, policyDomain: string, limit: number): DmarcRow[] {
    return this.#statements.all<DmarcRow>(
      `SELECT ${dmarcColumns} FROM dmarc_results WHERE day = ? AND policy_domain = ?
       ORDER BY messages DESC, author_domain, ip LIMIT ?`,
      day,
      policyDomain,
      limit,
    )
  }

  noteReport(kind: SentReportKind, day: string, domain: string, at: number, outcome: string): void {
    this.#statements.run(
      'INSERT OR REPLACE INTO sent_reports (kind, day, domain, at, outcome) VALUES (?, ?, ?, ?, ?)',
      kind,
      day,
      domain,
      at,
      outcome.slice(0, 500),
    )
  }

  forgetBefore(day: string): void {
    this.#statements.run('DELETE FROM tls_results WHERE day < ?', day)
    this.#statements.run('DELETE FROM sent_reports WHERE day < ?', day)
  }
}

/** In the order of `key`. */
function valuesOf(row: TlsResultRow): string[] {
  const { day, domain, policyType, policyText, policyHosts, result, reason, sourceIp, host, ip } = row
  return [day, domain, policyType, policyText, policyHosts, result, reason, sourceIp, host, ip]
}

function withoutDetail(row: TlsResultRow): TlsResultRow {
  return { ...row, policyText: '', policyHosts: '', reason: '', sourceIp: '', host: '', ip: '' }
}
