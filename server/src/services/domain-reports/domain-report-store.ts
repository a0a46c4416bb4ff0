import type { Reach } from '#services/ledger/ledger-store.ts'

/** A DMARC or TLS report that somebody has sent about a domain of ours. Times in milliseconds. */
export interface DomainReport {
  /** Of the mail that brought it. */
  readonly messageId: string
  readonly at: number
  readonly tenant: string
  readonly domain: string
  readonly kind: DomainReportKind
  readonly organization: string
  readonly begin: number
  readonly end: number
  /** Whether it surely comes from whom it names as its author. */
  readonly isProven: boolean
  /** Messages (DMARC) or sessions (TLS) in it, and those that failed. */
  readonly total: number
  readonly failed: number
}

export const domainReportKinds = ['dmarc', 'tlsrpt'] as const
export type DomainReportKind = (typeof domainReportKinds)[number]

/** Who sent in the name of a domain, or which server received for it, over a time. */
export interface ReportedSource {
  readonly source: string
  readonly result: string
  readonly detail: string
  readonly isGood: boolean
  readonly count: number
  /** How many organizations say so. */
  readonly reporters: number
  readonly latestAt: number
}

export interface DomainReportFilter {
  readonly within?: Reach
  readonly domain?: string
  readonly kind?: DomainReportKind
  /** Only those before this one. */
  readonly before?: { readonly at: number; readonly messageId: string }
}

/** A source that fails since lately and did not before. */
export interface NewFailure {
  readonly domain: string
  readonly kind: DomainReportKind
  readonly source: string
  readonly result: string
  readonly count: number
}

export interface DomainReportStore {
  /** Newest first. */
  list(filter: DomainReportFilter, limit: number): Promise<DomainReport[]>
  /** What reports about a domain, ended between two moments, say together; most messages first. */
  sources(
    domain: string,
    kind: DomainReportKind,
    since: number,
    until: number,
    limit: number,
  ): Promise<ReportedSource[]>
  /**
   * Sources with `least` or more failures in reports that came since a moment, of which no report before it, and not
   * older than `before`, speaks. Only reports whose sender is proven count.
   */
  newFailures(since: number, before: number, least: number, limit: number): Promise<NewFailure[]>
  /** Deletes reports taken before a moment, at most `limit`; answers how many. */
  forgetBefore(at: number, limit: number): Promise<number>
}
