/** A DMARC or TLS report about a domain of ours, taken with the mail that brings it. Times in milliseconds. */
export interface NewDomainReport {
  readonly tenant: string
  readonly domain: string
  readonly kind: 'dmarc' | 'tlsrpt'
  /** Who reports, as the report says. */
  readonly organization: string
  readonly reportId: string
  readonly begin: number
  readonly end: number
  /** Whether SPF or DKIM has shown that the mail comes from whom it names as its author. */
  readonly isProven: boolean
  readonly rows: readonly DomainReportRow[]
}

/** Messages (DMARC) or sessions (TLS) that are alike. */
export interface DomainReportRow {
  /** DMARC: address that sent; TLS: host that received, empty where the report names none. */
  readonly source: string
  /** DMARC: `dkim spf disposition` as pass or fail each; TLS: the kind of failure, or `ok`. */
  readonly result: string
  /** DMARC: domains that SPF and DKIM vouched for; TLS: the policy. */
  readonly detail: string
  readonly count: number
  readonly isGood: boolean
}
