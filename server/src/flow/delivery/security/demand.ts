import type { TlsaRecord } from './dane.ts'

/**
 * What the owner of a domain asks of connections to its servers (docs/operate/transport-security.md).
 * `dane`: TLS, with a certificate that fits a record; `sts`: TLS with a certificate of the world for the server's name.
 */
export type TlsDemand =
  | { readonly kind: 'dane'; readonly records: readonly TlsaRecord[]; readonly names: readonly string[] }
  | { readonly kind: 'sts'; readonly enforced: boolean; readonly named: boolean }

/** A connection to a server found by MX, for the report that its domain may ask for (RFC 8460). */
export interface TlsSession {
  readonly domain: string
  readonly policyType: 'tlsa' | 'sts' | 'no-policy-found'
  /** The policy as it was found, a line each. */
  readonly policyText: string
  /** Names of the MX as the policy has them; empty: it has none. */
  readonly policyHosts: readonly string[]
  /** `success`, or a result type of RFC 8460, 4.3. */
  readonly result: string
  readonly reason: string
  readonly sourceIp: string
  readonly host: string
  readonly ip: string
}
