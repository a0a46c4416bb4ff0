/** A message that a notice to its sender tells of. */
export interface HeldNoted {
  readonly messageId: string
  /** SHA-256 of the secret in the link that the notice has for it; null: it has none. */
  readonly linkHash: string | null
}

/** What is noted together with a notice about held mail: both, or neither. */
export type HeldNote =
  /** Its sender hears that it waits, or that its time is nearly over. Noted twice is a failure. */
  | { readonly kind: 'told' | 'warned'; readonly messages: readonly HeldNoted[] }
  /** He hears that we held it by our own mistake, and that it has been sent. */
  | { readonly kind: 'corrected'; readonly messages: readonly HeldNoted[] }
  /** He gets a code, without which it is not released. */
  | {
      readonly kind: 'code'
      readonly messageId: string
      /** SHA-256 of the code with the secret of the link. */
      readonly codeHash: string
      readonly until: number
      readonly tries: number
    }
