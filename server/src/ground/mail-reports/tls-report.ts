import { ReportError } from './report-error.ts'

/** A TLS report (RFC 8460, 4). Times in milliseconds. */
export interface TlsReport {
  readonly organization: string
  readonly contact: string | null
  readonly reportId: string
  readonly begin: number
  readonly end: number
  readonly policies: readonly TlsPolicyResult[]
}

export interface TlsPolicyResult {
  /** tlsa, sts or no-policy-found. */
  readonly type: string
  readonly domain: string
  readonly text: readonly string[]
  readonly mxHosts: readonly string[]
  /** Sessions. */
  readonly successful: number
  readonly failed: number
  readonly failures: readonly TlsFailure[]
}

export interface TlsFailure {
  readonly type: string
  readonly sessions: number
  readonly sendingIp: string | null
  readonly receivingIp: string | null
  readonly receivingMx: string | null
  readonly receivingHelo: string | null
  readonly info: string | null
  readonly reason: string | null
}

type Json = Readonly<Record<string, unknown>>

const mostPolicies = 1000
const mostFailures = 10_000

/** Reads a TLS report from its JSON. @throws ReportError that names what is missing */
export function parseTlsReport(text: string): TlsReport {
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    throw new ReportError('broken-report', 'the report is no JSON')
  }
  const root = object(data)
  if (!Array.isArray(root.policies)) throw new ReportError('no-report', 'the JSON has no list of policies')
  const range = object(root['date-range'])
  return {
    organization: must(root, 'organization-name'),
    contact: textOf(root, 'contact-info'),
    reportId: must(root, 'report-id'),
    begin: timeOf(range, 'start-datetime'),
    end: timeOf(range, 'end-datetime'),
    policies: root.policies.slice(0, mostPolicies).map((each) => readPolicy(object(each))),
  }
}

function readPolicy(entry: Json): TlsPolicyResult {
  const policy = object(entry.policy)
  const summary = object(entry.summary)
  const details = Array.isArray(entry['failure-details']) ? entry['failure-details'] : []
  return {
    type: must(policy, 'policy-type'),
    domain: must(policy, 'policy-domain').toLowerCase().replace(/\.$/, ''),
    text: texts(policy['policy-string']),
    mxHosts: texts(policy['mx-host']),
    successful: countOf(summary, 'total-successful-session-count'),
    failed: countOf(summary, 'total-failure-session-count'),
    failures: details.slice(0, mostFailures).map((each) => readFailure(object(each))),
  }
}

function readFailure(entry: Json): TlsFailure {
  return {
    type: must(entry, 'result-type'),
    sessions: countOf(entry, 'failed-session-count'),
    sendingIp: textOf(entry, 'sending-mta-ip'),
    receivingIp: textOf(entry, 'receiving-ip'),
    receivingMx: textOf(entry, 'receiving-mx-hostname'),
    receivingHelo: textOf(entry, 'receiving-mx-helo'),
    info: textOf(entry, 'additional-information'),
    reason: textOf(entry, 'failure-reason-code'),
  }
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}

function textOf(from: Json, name: string): string | null {
  const value = from[name]
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 1000) : null
}

function must(from: Json, name: string): string {
  const value = textOf(from, name)
  if (value === null) throw new ReportError('broken-report', `the report has no ${name}`)
  return value
}

/** Some write one text where the format has a list. */
function texts(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value]
  return list
    .filter((each) => typeof each === 'string')
    .slice(0, 100)
    .map((each) => each.slice(0, 1000))
}

function countOf(from: Json, name: string): number {
  const value = Number(from[name] ?? 0)
  if (!Number.isSafeInteger(value) || value < 0)
    throw new ReportError('broken-report', `${name} is no number of sessions`)
  return value
}

function timeOf(from: Json, name: string): number {
  const at = Date.parse(must(from, name))
  if (Number.isNaN(at)) throw new ReportError('broken-report', `${name} is no time`)
  return at
}
