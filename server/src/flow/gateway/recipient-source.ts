import type { VerdictPolicy } from '#flow/inspection/verdict.ts'

/** What the directory snapshot knows of a recipient address. An error is never "no such recipient". */
export type RecipientAnswer =
  | {
      readonly kind: 'known'
      readonly tenant: string
      readonly domain: string
      readonly policy: VerdictPolicy
    }
  /** Our domain, but no such mailbox, alias or tag: 550. */
  | { readonly kind: 'unknown'; readonly tenant: string; readonly domain: string }
  /** The address vanished in a shrink lately: 451 until the grace time is over. */
  | { readonly kind: 'lost'; readonly tenant: string; readonly domain: string }
  /** No domain of ours. */
  | { readonly kind: 'not-ours' }
  /** The snapshot is missing, too old or cannot be read: 451. */
  | { readonly kind: 'unavailable'; readonly why: string }

/** The last good snapshot of the directory; answers at once, from this machine. */
export interface RecipientSource {
  lookup(local: string, domain: string): RecipientAnswer
}
