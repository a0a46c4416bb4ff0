/** A link to the review page, as it is kept: its secret goes out with the mail and stays nowhere. */
export interface NewReviewLink {
  /** SHA-256 of the secret. */
  readonly hash: string
  readonly address: string
  readonly tenant: string
  /** `review`: of a mail that came by itself; `requested`: asked for on the page, and needs the code shown there. */
  readonly kind: 'review' | 'requested'
  readonly madeAt: number
  readonly expiresAt: number
  /** How often its button may be pressed. */
  readonly clicks: number
  /** What came later than this is new to the person. */
  readonly since: number
  /** SHA-256 of the code; null: none is asked for. */
  readonly codeHash: string | null
  /** Wrong codes that it takes. */
  readonly tries: number
}

/** What is noted together with a notice about mail that waits for a person: both, or neither. */
export type ReviewNote =
  | {
      readonly kind: 'link'
      readonly link: NewReviewLink
      /** When the person's mail was due, which this one settles; null: it was asked for. Settled twice is a failure. */
      readonly dueAt: number | null
    }
  /** The asker hears what became of a request for release. */
  | { readonly kind: 'told'; readonly request: string }
  /** A manager hears how many people wait for him; `mailedAt`: when he heard last, as it was known. */
  | { readonly kind: 'asked'; readonly manager: string; readonly mailedAt: number | null }
