/** What a provider says of somebody, after all of it was checked. */
export interface ProvedIdentity {
  readonly issuer: string
  /** Null: named for this visit alone, so it knows nobody again. */
  readonly subject: string | null
  /** Lower case; null: none that the provider has verified. */
  readonly email: string | null
  readonly name: string
}

/** The provider does not answer, or not as it should: nobody's fault who wants to sign in. */
export class ProviderAway extends Error {
  readonly code = 'provider-away'
}

/** The provider lets him not in, or what it has sent does not hold. The text is for whoever wants to sign in. */
export class ProviderRefusal extends Error {
  readonly code = 'provider-refusal'
}
