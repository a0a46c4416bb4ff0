/** A report that is taken with the mail that makes it; see docs/operate/reports.md. */
export interface NewReport {
  readonly tenant: string
  /** Address of who reports, in lower case. */
  readonly reporter: string
  readonly kind: 'missed-spam' | 'false-alarm'
  /** Whether SPF or DKIM has shown that it comes from the reporter's domain. */
  readonly isProven: boolean
  /** Whether the reporter hears what becomes of it. */
  readonly isAnswered: boolean
  /** Messages meant, each as Message-IDs of which the first that is known counts. */
  readonly claims: readonly (readonly string[])[]
}

/** Which of the answers to a report a message is: that it was taken, or what became of it. */
export interface ReportAnswer {
  readonly report: string
  readonly about: 'taken' | 'decided'
}
