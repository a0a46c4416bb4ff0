/** What the check `reports` has read from a report, in the facts of an inspection as `reported`. */
export interface ReportedFacts {
  /**
   * Messages that are reported. Each is a list of Message-IDs, with angle brackets, of which the first that is known
   * is meant.
   */
  readonly claims: readonly (readonly string[])[]
  /** The one address in From, in lower case; null where there are none or several. */
  readonly author: string | null
  /** Written by a program, which gets no answer. */
  readonly isAutomatic: boolean
}
