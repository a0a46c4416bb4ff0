import { isIP } from 'node:net'
import { ReportError } from './report-error.ts'
import { child, childrenOf, parseXml, textOf, type XmlElement } from './xml-tree.ts'

/** A DMARC aggregate report (RFC 7489, appendix C; RFC 9990). Times in milliseconds; null: the report does not say. */
export interface AggregateReport {
  readonly organization: string
  readonly email: string | null
  readonly reportId: string
  readonly begin: number
  readonly end: number
  /** What the report says went wrong on its side. */
  readonly errors: readonly string[]
  readonly policy: AggregatePolicy
  readonly records: readonly AggregateRecord[]
  /** There are more records than were read. */
  readonly more: boolean
}

export interface AggregatePolicy {
  readonly domain: string
  readonly p: string | null
  readonly sp: string | null
  readonly np: string | null
  readonly adkim: string | null
  readonly aspf: string | null
  readonly percent: number | null
  readonly isTesting: boolean | null
}

export interface AggregateRecord {
  readonly ip: string
  readonly count: number
  readonly disposition: string | null
  /** DMARC's own view: aligned and passed, or not. */
  readonly dkim: string | null
  readonly spf: string | null
  readonly reasons: readonly { readonly type: string; readonly comment: string | null }[]
  readonly headerFrom: string | null
  readonly envelopeFrom: string | null
  readonly envelopeTo: string | null
  readonly dkimResults: readonly AuthResult[]
  readonly spfResults: readonly AuthResult[]
}

export interface AuthResult {
  readonly domain: string | null
  readonly selector: string | null
  readonly scope: string | null
  readonly result: string | null
}

const mostRecords = 100_000
const mostOfOne = 100

/** Reads a DMARC aggregate report from its XML. @throws ReportError that names what is missing */
export function parseAggregateReport(text: string): AggregateReport {
  const root = parseXml(text)
  if (root.name !== 'feedback')
    throw new ReportError('no-report', `the XML is a <${root.name.slice(0, 50)}> and no DMARC report`)
  const metadata = child(root, 'report_metadata')
  const range = child(metadata, 'date_range')
  const published = child(root, 'policy_published')
  const records = childrenOf(root, 'record')
  return {
    organization: must(textOf(metadata, 'org_name') ?? textOf(metadata, 'email'), 'report_metadata/org_name'),
    email: textOf(metadata, 'email'),
    reportId: must(textOf(metadata, 'report_id'), 'report_metadata/report_id'),
    begin: secondsOf(textOf(range, 'begin'), 'date_range/begin'),
    end: secondsOf(textOf(range, 'end'), 'date_range/end'),
    errors: childrenOf(metadata, 'error')
      .slice(0, mostOfOne)
      .map((each) => each.text.trim().slice(0, 1000)),
    policy: readPolicy(published),
    records: records.slice(0, mostRecords).map(readRecord),
    more: records.length > mostRecords,
  }
}

function readPolicy(published: XmlElement | undefined): AggregatePolicy {
  const percent = Number(textOf(published, 'pct') ?? Number.NaN)
  const testing = textOf(published, 'testing')
  return {
    domain: must(textOf(published, 'domain'), 'policy_published/domain').toLowerCase().replace(/\.$/, ''),
    p: lower(published, 'p'),
    sp: lower(published, 'sp'),
    np: lower(published, 'np'),
    adkim: lower(published, 'adkim'),
    aspf: lower(published, 'aspf'),
    percent: Number.isInteger(percent) && percent >= 0 && percent <= 100 ? percent : null,
    isTesting: testing === null ? null : testing.toLowerCase() === 'y',
  }
}

function readRecord(record: XmlElement): AggregateRecord {
  const row = child(record, 'row')
  const evaluated = child(row, 'policy_evaluated')
  // Older drafts named it so.
  const identifiers = child(record, 'identifiers') ?? child(record, 'identities')
  const results = child(record, 'auth_results')
  const ip = must(textOf(row, 'source_ip'), 'row/source_ip')
  if (isIP(ip) === 0) throw new ReportError('broken-report', `source_ip is no address: ${ip.slice(0, 60)}`)
  const count = Number(must(textOf(row, 'count'), 'row/count'))
  if (!Number.isSafeInteger(count) || count < 0)
    throw new ReportError('broken-report', 'count is no number of messages')
  return {
    ip: ip.toLowerCase(),
    count,
    disposition: lower(evaluated, 'disposition'),
    dkim: lower(evaluated, 'dkim'),
    spf: lower(evaluated, 'spf'),
    reasons: childrenOf(evaluated, 'reason')
      .slice(0, mostOfOne)
      .map((each) => ({ type: lower(each, 'type') ?? 'other', comment: textOf(each, 'comment') })),
    headerFrom: lower(identifiers, 'header_from'),
    envelopeFrom: lower(identifiers, 'envelope_from'),
    envelopeTo: lower(identifiers, 'envelope_to'),
    dkimResults: childrenOf(results, 'dkim').slice(0, mostOfOne).map(readResult),
    spfResults: childrenOf(results, 'spf').slice(0, mostOfOne).map(readResult),
  }
}

function readResult(element: XmlElement): AuthResult {
  return {
    domain: lower(element, 'domain'),
    selector: textOf(element, 'selector'),
    scope: lower(element, 'scope'),
    result: lower(element, 'result'),
  }
}

function lower(element: XmlElement | undefined, name: string): string | null {
  return textOf(element, name)?.toLowerCase() ?? null
}

function must(value: string | null, path: string): string {
  if (value === null) throw new ReportError('broken-report', `the report has no ${path}`)
  return value
}

/** Seconds since 1970, as the format has it; some write milliseconds or a date. */
function secondsOf(text: string | null, path: string): number {
  const value = must(text, path)
  const number = Number(value)
  const ms = Number.isFinite(number) ? (number > 1e11 ? number : number * 1000) : Date.parse(value)
  if (!Number.isFinite(ms) || ms < 0 || ms > 1e14)
    throw new ReportError('broken-report', `${path} is no time: ${value.slice(0, 60)}`)
  return Math.round(ms)
}
