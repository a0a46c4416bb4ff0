import type { DmarcRow } from '#services/dmarc/dmarc-store.ts'

/** Connections of one day to servers of a domain that are alike in everything; see TlsSession for the fields. */
export interface TlsResultRow {
  /** In UTC, such as 2026-11-21. */
  readonly day: string
  readonly domain: string
  readonly policyType: 'tlsa' | 'sts' | 'no-policy-found'
  readonly policyText: string
  /** Names, a space between. */
  readonly policyHosts: string
  /** `success`, or a result type of RFC 8460, 4.3. */
  readonly result: string
  readonly reason: string
  readonly sourceIp: string
  readonly host: string
  readonly ip: string
  readonly sessions: number
}

export type SentReportKind = 'tls' | 'dmarc'

export interface DailyReportStore {
  /** Adds to the rows of their days. Beyond a bound of rows a day failures are counted without their details. */
  addResults(rows: readonly TlsResultRow[]): Promise<void>
  /** Rows of a day for one domain, failures first. */
  rowsOf(day: string, domain: string, limit: number): Promise<TlsResultRow[]>
  /** Domains with results on a day whose report has not been dealt with, in order, after one of them. */
  unreported(day: string, after: string, limit: number): Promise<string[]>
  /** The same for domains that publish a DMARC policy. */
  unreportedDmarc(day: string, after: string, limit: number): Promise<string[]>
  /** Rows of a day that name this domain as the one of their policy, most messages first. */
  dmarcRows(day: string, policyDomain: string, limit: number): Promise<DmarcRow[]>
  /** Notes what became of the report of a day; what is noted is not done again. */
  noteReport(kind: SentReportKind, day: string, domain: string, at: number, outcome: string): Promise<void>
  forgetBefore(day: string): Promise<void>
}
