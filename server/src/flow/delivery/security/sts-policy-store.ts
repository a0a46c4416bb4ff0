/** A policy as it is kept over a restart. */
export interface KeptStsPolicy {
  readonly domain: string
  /** The id under which DNS announced it. */
  readonly id: string
  /** As it came. */
  readonly text: string
  readonly fetchedAt: number
  readonly expiresAt: number
}

/** MTA-STS policies of domains that mail goes to. */
export interface StsPolicyStore {
  find(domain: string): Promise<KeptStsPolicy | null>
  /** Keeps it in place of the one before; beyond a bound the one that ends first makes room. */
  keep(policy: KeptStsPolicy): Promise<void>
  /** Forgets policies whose time was over then. Answers how many. */
  forgetBefore(at: number): Promise<number>
}
