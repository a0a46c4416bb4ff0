import type { NewReviewLink } from '#flow/spool/review-note.ts'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import type { LedgerStore } from '#services/ledger/ledger-store.ts'
import type { PolicyStore } from '#services/policy/policy-store.ts'
import type { Person, RequestLine, ReviewStore } from './review-store.ts'

/** What the verbs of review work with. */
export interface ReviewParts {
  readonly review: ReviewStore
  /** The same for what only reads: it holds up nothing that writes. */
  readonly readReview: ReviewStore
  readonly ledger: LedgerStore
  readonly directory: DirectoryStore
  readonly policy: PolicyStore
  /** Settings in force for an address, from the last good snapshot. @throws Error while there is none */
  readonly settingsOf: (address: string) => Readonly<Record<string, string>>
  /** Sends a mail of our own, and notes in the same transaction what it settles. */
  readonly send: (mail: ReviewMail) => Promise<void>
  /** Address of the console as people reach it; empty: they cannot, and no mail makes sense. */
  readonly pageUrl: () => string
  /** The same as people of a tenant reach it: under the host name of its brand. */
  readonly pageUrlOf: (tenant: string) => Promise<string>
  /** Life that a released message gets anew, in milliseconds. */
  readonly lifeMs: () => number
  readonly now: () => number
}

/** A mail of ours to somebody whose mail waits. */
export type ReviewMail =
  | {
      readonly kind: 'review'
      readonly person: Person
      readonly link: NewReviewLink
      readonly secret: string
      readonly waiting: number
      readonly fresh: number
      readonly freed: number
      readonly dueAt: number
    }
  | {
      readonly kind: 'requested'
      readonly person: Person
      readonly link: NewReviewLink
      readonly secret: string
    }
  | { readonly kind: 'outcome'; readonly request: RequestLine }

/** On whose word something is done. */
export interface ReviewOrder extends ReviewParts {
  /** As the audit log names him: `person:ADDRESS` for people. */
  readonly who: string
  /** Address that the order came from; empty: from this machine. */
  readonly ip: string
}
