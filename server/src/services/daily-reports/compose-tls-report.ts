import type { TlsResultRow } from './daily-report-store.ts'

/** Who sends a report, and which. */
export interface ReportHead {
  readonly organization: string
  readonly contact: string
  readonly reportId: string
  /** In UTC, such as 2026-11-21. */
  readonly day: string
}

/** A TLS report about one domain (RFC 8460, 4), ready to become JSON. */
export function composeTlsReport(rows: readonly TlsResultRow[], head: ReportHead): object {
  return {
    'organization-name': head.organization,
    'date-range': {
      'start-datetime': `${head.day}T00:00:00Z`,
      'end-datetime': `${head.day}T23:59:59Z`,
    },
    'contact-info': head.contact,
    'report-id': head.reportId,
    policies: [...byPolicy(rows).values()].map(describePolicy),
  }
}

function byPolicy(rows: readonly TlsResultRow[]): Map<string, TlsResultRow[]> {
  const groups = new Map<string, TlsResultRow[]>()
  for (const row of rows) {
    const key = JSON.stringify([row.policyType, row.policyText, row.policyHosts])
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return groups
}

function describePolicy(rows: readonly TlsResultRow[]): object {
  const [first] = rows as [TlsResultRow]
  const lines = first.policyText.split(/\r?\n/).filter((each) => each !== '')
  const hosts = first.policyHosts.split(' ').filter((each) => each !== '')
  const failures = rows.filter((each) => each.result !== 'success')
  return {
    policy: {
      'policy-type': first.policyType,
      ...(lines.length > 0 && { 'policy-string': lines }),
      'policy-domain': first.domain,
      ...(hosts.length > 0 && { 'mx-host': hosts }),
    },
    summary: {
      'total-successful-session-count': sessionsOf(rows.filter((each) => each.result === 'success')),
      'total-failure-session-count': sessionsOf(failures),
    },
    ...(failures.length > 0 && { 'failure-details': failures.map(describeFailure) }),
  }
}

function describeFailure({ result, sourceIp, host, ip, reason, sessions }: TlsResultRow): object {
  return {
    'result-type': result,
    ...(sourceIp !== '' && { 'sending-mta-ip': sourceIp }),
    ...(host !== '' && { 'receiving-mx-hostname': host }),
    ...(ip !== '' && { 'receiving-ip': ip }),
    'failed-session-count': sessions,
    ...(reason !== '' && { 'failure-reason-code': reason }),
  }
}

function sessionsOf(rows: readonly TlsResultRow[]): number {
  return rows.reduce((sum, each) => sum + each.sessions, 0)
}
