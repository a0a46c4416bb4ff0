import type { NewDomainReport } from '#flow/spool/domain-report.ts'

/** What the check `reports` has read from a DMARC or TLS report, in the facts of an inspection as `domainReport`. */
export type DomainReportFacts =
  | { readonly report: Omit<NewDomainReport, 'tenant' | 'isProven'>; readonly author: string | null }
  /** What is wrong with it, in words. */
  | { readonly fault: string }
