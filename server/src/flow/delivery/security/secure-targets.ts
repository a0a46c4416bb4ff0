import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { DeliveryFault } from '../fault.ts'
import type { Target } from '../target.ts'
import { findTlsa } from './dane.ts'
import type { TlsSession } from './demand.ts'
import type { FoundPolicy, StsPolicies } from './sts-policies.ts'
import { namesServer } from './sts-policy.ts'

export interface SecureTargetsOptions {
  /** Null: MTA-STS is switched off. */
  readonly sts: Pick<StsPolicies, 'of'> | null
  /** Asks servers that validate with DNSSEC; null: there are none, and no DANE. */
  readonly validating: Resolver | null
  /** Told of what failed before there was a connection. */
  readonly onSession: (session: TlsSession) => void
}

/** What is known of the policies of a domain and its servers, for the sessions with them. */
export type SecuredTarget = Target & { readonly report: TlsReportBasis }

/** As much of a session as is known before it: see TlsSession. */
export type TlsReportBasis = Pick<TlsSession, 'domain' | 'policyType' | 'policyText' | 'policyHosts'>

/**
 * Puts on servers found by MX what the owner of the domain asks for: DANE where DNS proves it, else the policy of
 * MTA-STS. Servers that must not be used are left out; where none remains, mail waits.
 */
export class SecureTargets {
  readonly #options: SecureTargetsOptions

  constructor(options: SecureTargetsOptions) {
    this.#options = options
  }

  /** @throws DeliveryFault tls where no server may be used */
  async of(domain: string, targets: readonly Target[]): Promise<SecuredTarget[]> {
    const { sts } = this.#options
    const found: FoundPolicy = sts && !domain.startsWith('[') ? await sts.of(domain) : nothing
    if (found.fault) this.#note(domain, found, found.fault.type, found.fault.why)
    const tlsa = new Map<string, ReturnType<typeof findTlsa>>()
    const secured: SecuredTarget[] = []
    let last: DeliveryFault | null = null
    for (const target of targets) {
      const key = `${target.host} ${target.port}`
      if (!tlsa.has(key)) tlsa.set(key, this.#tlsaOf(target))
      const dane = (await tlsa.get(key)) ?? { kind: 'none' }
      if (dane.kind === 'trouble') {
        last = new DeliveryFault('lookup', 'tls', `${target.host}: ${dane.why}`, null, 'dns-unproven')
        this.#note(domain, { ...nothing, text: 'tlsa' }, 'dnssec-invalid', dane.why, target)
      } else if (dane.kind === 'records') secured.push(withDane(target, domain, dane.usable))
      else {
        const one = withPolicy(target, domain, found)
        if (one) secured.push(one)
        else {
          const why = `${target.host} is not named by the MTA-STS policy of ${domain}`
          last = new DeliveryFault('lookup', 'tls', why, null, 'not-in-policy')
          this.#note(domain, found, 'validation-failure', why, target)
        }
      }
    }
    if (secured.length > 0 || last === null) return secured
    throw last
  }

  #tlsaOf(target: Target): ReturnType<typeof findTlsa> {
    const { validating } = this.#options
    if (!validating || !target.isProven) return Promise.resolve({ kind: 'none' })
    return findTlsa(target.host, target.port, validating)
  }

  #note(domain: string, found: FoundPolicy, result: string, reason: string, target?: Target): void {
    const policyType =
      found.text === 'tlsa' ? 'tlsa' : found.policy || found.fault ? 'sts' : 'no-policy-found'
    this.#options.onSession({
      domain,
      policyType,
      policyText: policyType === 'sts' ? found.text : '',
      policyHosts: found.policy?.mx ?? [],
      result,
      reason,
      sourceIp: '',
      host: target?.host ?? '',
      ip: target?.ip ?? '',
    })
  }
}

const nothing: FoundPolicy = { policy: null, text: '', fault: null }

function withDane(
  target: Target,
  domain: string,
  records: Extract<Awaited<ReturnType<typeof findTlsa>>, { kind: 'records' }>['usable'],
): SecuredTarget {
  return {
    ...target,
    tls: target.tls === 'verify' ? 'verify' : 'required',
    demand: { kind: 'dane', records, names: [target.host, domain] },
    report: {
      domain,
      policyType: 'tlsa',
      policyText: records
        .slice(0, 10)
        .map((each) => `${each.usage} ${each.selector} ${each.matchingType} ${each.data.slice(0, 128)}`)
        .join('\n'),
      policyHosts: [target.host],
    },
  }
}

/** Null: the policy forbids this server. */
function withPolicy(target: Target, domain: string, { policy, text }: FoundPolicy): SecuredTarget | null {
  if (!policy)
    return { ...target, report: { domain, policyType: 'no-policy-found', policyText: '', policyHosts: [] } }
  const named = namesServer(policy, target.host)
  const enforced = policy.mode === 'enforce'
  if (enforced && !named) return null
  return {
    ...target,
    tls: enforced ? 'verify' : target.tls,
    demand: { kind: 'sts', enforced, named },
    report: { domain, policyType: 'sts', policyText: text, policyHosts: policy.mx },
  }
}
