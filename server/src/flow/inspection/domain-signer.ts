/** A key in force that signs mail of a domain. */
export interface DomainSigner {
  readonly domain: string
  readonly selector: string
  /** In PEM; never shown or logged. */
  readonly privateKey: string
}
