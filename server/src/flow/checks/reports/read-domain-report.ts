import type { InspectedMessage } from '#flow/inspection/check.ts'
import type { DomainReportFacts } from '#flow/inspection/domain-report-facts.ts'
import type { DomainReportRow } from '#flow/spool/domain-report.ts'
import type { AggregateReport, AuthResult } from '#ground/mail-reports/aggregate-report.ts'
import { type ReadReport, readReportMessage } from '#ground/mail-reports/read-report.ts'
import { ReportError } from '#ground/mail-reports/report-error.ts'
import type { TlsReport } from '#ground/mail-reports/tls-report.ts'

/** A report packs well: what is larger than this is none. */
const largest = 16 << 20
/** Kinds of rows that are kept of a report; the rest is counted in one. */
const mostRows = 2000

/** Reads the DMARC or TLS report that a message brings. Says what is wrong instead of throwing. */
export async function readDomainReport(
  message: InspectedMessage,
  author: string | null,
): Promise<DomainReportFacts> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message.read()) {
    size += chunk.length
    if (size > largest) return { fault: `it is larger than ${largest} bytes` }
    chunks.push(chunk)
  }
  try {
    return describe(await readReportMessage(Buffer.concat(chunks), null), author)
  } catch (cause) {
    if (!(cause instanceof ReportError)) throw cause
    return { fault: cause.message }
  }
}

function describe({ type, report }: ReadReport, author: string | null): DomainReportFacts {
  if (type === 'dmarc') return describeAggregate(report, author)
  if (type === 'tlsrpt') return describeTls(report, author)
  return { fault: 'it is no DMARC and no TLS report' }
}

function describeAggregate(report: AggregateReport, author: string | null): DomainReportFacts {
  const rows = report.records.map(
    ({ ip, count, dkim, spf, disposition, dkimResults, spfResults }): DomainReportRow => ({
      source: ip,
      result: `dkim ${dkim ?? 'unknown'}, spf ${spf ?? 'unknown'}, ${disposition ?? 'none'}`,
      detail: [...vouched('SPF', spfResults), ...vouched('DKIM', dkimResults)].join(', ').slice(0, 300),
      count,
      isGood: dkim === 'pass' || spf === 'pass',
    }),
  )
  const { organization, reportId, begin, end, policy } = report
  return {
    author,
    report: { kind: 'dmarc', domain: policy.domain, organization, reportId, begin, end, rows: merge(rows) },
  }
}

function vouched(method: string, results: readonly AuthResult[]): string[] {
  return results
    .slice(0, 3)
    .filter((each) => each.domain !== null)
    .map((each) => `${method} ${each.result ?? 'unknown'} for ${each.domain}`)
}

/** A TLS report may speak of several policies of a domain; it is always one domain's. */
function describeTls(report: TlsReport, author: string | null): DomainReportFacts {
  const [first] = report.policies
  if (!first) return { fault: 'it names no policy, and so no domain' }
  const rows = report.policies
    .filter((each) => each.domain === first.domain)
    .flatMap(({ type, successful, failed, failures, mxHosts }): DomainReportRow[] => {
      const told = failures.reduce((sum, each) => sum + each.sessions, 0)
      const detail = `policy ${type}`
      const source = mxHosts[0] ?? ''
      return [
        { source, result: 'ok', detail, count: successful, isGood: true },
        ...failures.map((each) => ({
          source: each.receivingMx ?? each.receivingIp ?? source,
          result: each.type,
          detail: each.reason ? `${detail}, ${each.reason}` : detail,
          count: each.sessions,
          isGood: false,
        })),
        { source, result: 'failed, not said why', detail, count: Math.max(0, failed - told), isGood: false },
      ]
    })
    .filter((each) => each.count > 0)
  const { organization, reportId, begin, end } = report
  return {
    author,
    report: { kind: 'tlsrpt', domain: first.domain, organization, reportId, begin, end, rows: merge(rows) },
  }
}

/** Alike rows as one, most messages first; beyond the bound the rest is one row for good and one for bad. */
function merge(rows: readonly DomainReportRow[]): DomainReportRow[] {
  const byKey = new Map<string, DomainReportRow>()
  for (const row of rows) {
    const key = JSON.stringify([row.source, row.result, row.detail])
    byKey.set(key, { ...row, count: row.count + (byKey.get(key)?.count ?? 0) })
  }
  const sorted = [...byKey.values()].sort((one, other) => other.count - one.count)
  const rest = (isGood: boolean): DomainReportRow => ({
    source: '',
    result: 'others',
    detail: '',
    count: sorted.slice(mostRows).reduce((sum, each) => sum + (each.isGood === isGood ? each.count : 0), 0),
    isGood,
  })
  return [...sorted.slice(0, mostRows), rest(true), rest(false)].filter((each) => each.count > 0)
}
