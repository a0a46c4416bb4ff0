/** DMARC results of one day that are alike in everything; see RFC 9990 for the fields. */
export interface DmarcRow {
  readonly day: string
  readonly authorDomain: string
  readonly policyDomain: string
  readonly policy: string
  readonly ip: string
  readonly mailFromDomain: string
  readonly alignedSpf: string
  readonly alignedDkim: string
  readonly spf: string
  readonly dkim: string
  readonly disposition: string
  readonly messages: number
}

export interface DmarcFilter {
  /** First and last day, such as 2026-11-21. */
  readonly from: string
  readonly to: string
  readonly domain?: string
}

/** What came in on one day: passed where SPF or DKIM is aligned. */
export interface DmarcDay {
  readonly day: string
  readonly passed: number
  readonly failed: number
}

/** Where mail comes from that names a domain and cannot prove it. */
export interface DmarcSource {
  readonly domain: string
  readonly ip: string
  readonly mailFromDomain: string
  readonly disposition: string
  readonly messages: number
}

export interface DmarcStore {
  /** Adds to the rows of their days. Beyond a bound of rows a day new ones are counted with no address. */
  addResults(rows: readonly DmarcRow[]): Promise<void>
  /** Rows with most messages first. */
  list(filter: DmarcFilter, limit: number): Promise<DmarcRow[]>
  /** Sums of these author domains by day, and where most of what failed came from. */
  days(
    filter: { readonly from: string; readonly to: string; readonly domains: readonly string[] },
    sources: number,
  ): Promise<{ days: DmarcDay[]; sources: DmarcSource[] }>
  /** Deletes whole days before this one. */
  forgetBefore(day: string): Promise<number>
}
