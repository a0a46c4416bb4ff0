import type { ServerLook } from '#flow/delivery/look-at-server.ts'
import type { FoundPolicy } from '#flow/delivery/security/sts-policies.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'

/** What SPF of a domain comes to for an address that it does not name. */
export interface SpfFound {
  readonly result: string
  readonly reason: string | null
  /** Terms that asked DNS, and look-ups that found nothing. */
  readonly terms: number
  readonly voids: number
}

/** The policy of DMARC that holds for a domain, and where it stands. */
export interface DmarcFound {
  readonly result: 'none' | 'pass' | 'fail' | 'temperror'
  readonly policy: 'none' | 'quarantine' | 'reject' | null
  readonly policyDomain: string | null
  readonly reason: string | null
}

/** A server that takes mail for a domain. */
export interface MxServer {
  readonly host: string
  readonly ip: string
  /** DNS has proved that it is one. */
  readonly isProven: boolean
}

/** How a domain stands with this site. */
export interface OwnDomain {
  /** MX names that it should have. */
  readonly mx: readonly string[]
  /** Servers behind us that its mail goes to, as names or addresses. */
  readonly inner: readonly string[]
}

/** What looking at a domain needs of the rest: DNS, mail knowledge of the flow, and servers. */
export interface LookParts {
  readonly resolver: Resolver
  /** Whether its word on DNSSEC counts. */
  readonly validates: boolean
  readonly spfOf: (domain: string) => Promise<SpfFound>
  readonly dmarcOf: (domain: string) => Promise<DmarcFound>
  readonly stsOf: (domain: string) => Promise<FoundPolicy>
  /** Whether a policy of MTA-STS names a server. */
  readonly namesServer: (policy: NonNullable<FoundPolicy['policy']>, host: string) => boolean
  /** Servers by MX. Throws with `kind` as a DeliveryFault has it. */
  readonly mxOf: (domain: string) => Promise<MxServer[]>
  readonly addressesOf: (host: string) => Promise<readonly string[]>
  /** Comes to the door of a server. `direct`: as somebody whom no server lets in for our sake; null: that cannot be done. */
  readonly lookAt: (
    server: MxServer,
    how: { readonly domain: string; readonly rcptTo: string | null; readonly isDirect: boolean },
  ) => Promise<ServerLook | null>
  /** Whether an address may be contacted at all: never inner ones, but for those that the operator names. */
  readonly mayReach: (ip: string) => boolean
  /** Blocklists that name an address, and those that did not answer. */
  readonly listed: (ip: string) => Promise<{ listed: readonly string[]; asked: number }>
  /** Null: it is none of ours. */
  readonly ownDomain: (domain: string) => Promise<OwnDomain | null>
  /** Where reports of ours are taken. */
  readonly host: string
  readonly now: () => number
}
