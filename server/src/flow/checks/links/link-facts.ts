import type { PlainAround } from './judge-ends.ts'

/** What the trace shows of the links of a message, and what others do for it beside the mail. */
export interface LinkFacts {
  readonly count: number
  readonly more: boolean
  readonly list: readonly { readonly url: string; readonly source: string }[]
  readonly lists: string
  /** Hosts that are noted as seen when the message is let through. */
  readonly hosts: readonly string[]
  /** Where short links lead, as far as that was known when the message was judged. */
  readonly ends: readonly { readonly url: string | undefined; readonly end: string }[]
  /** Short links that were to be followed then, and those for which there was no room. */
  readonly pending: number
  readonly skipped: number
  readonly ask?: readonly string[]
  readonly around?: PlainAround
}
