import { registrableDomain } from '#ground/mail/registrable-domain.ts'
import { isTemporary, type Resolver } from '#ground/platform/dns/resolver.ts'
import { FetchPlaces } from './fetch-places.ts'
import { readStsId, readStsPolicy, type StsPolicy } from './sts-policy.ts'
import type { KeptStsPolicy, StsPolicyStore } from './sts-policy-store.ts'

/** What a host of policies answered: the text, or why there is none. */
export type FetchedPolicy =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'failed'; readonly certificate: boolean; readonly why: string }

export interface StsPoliciesOptions {
  readonly store: StsPolicyStore
  readonly resolver: Resolver
  /** Asks `https://mta-sts.DOMAIN/.well-known/mta-sts.txt`, within its own time and size. Never throws. */
  readonly fetch: (domain: string) => Promise<FetchedPolicy>
  readonly now: () => number
  readonly onProblem: (domain: string, why: string) => void
  /** How long mail waits until the fetch of a policy can begin; absent: some seconds. */
  readonly patienceMs?: number
}

/** What is known of the policy of a domain, and why there is not more. */
export interface FoundPolicy {
  /** Null: none is in force. */
  readonly policy: StsPolicy | null
  /** Lines of the policy, for reports to its domain. */
  readonly text: string
  /** Why the policy that DNS announces could not be had; null: nothing is wrong. */
  readonly fault: {
    readonly type: 'sts-policy-fetch-error' | 'sts-policy-invalid' | 'sts-webpki-invalid'
    readonly why: string
  } | null
}

interface Known {
  readonly id: string
  readonly text: string
  readonly policy: StsPolicy
  readonly fetchedAt: number
  readonly expiresAt: number
}

interface Failure {
  readonly id: string
  readonly until: number
  readonly fault: FoundPolicy['fault']
}

/** A fetch that has begun or stands in line. */
interface Fetching {
  readonly started: Promise<void>
  readonly ended: Promise<FoundPolicy['fault']>
}

/** After a fetch that failed nobody is asked again for so long (RFC 8461, 3.3). */
const failedForMs = 300_000
/** A policy is fetched again after this part of its time, or a day, whichever comes first: then it never ends in use. */
const refreshAfterMs = 86_400_000
const mostKnown = 20_000
/** Policies that are fetched at a time, and those of hosts that one owner names; others wait in line. */
const mostFetches = { all: 30, ofOne: 3 }
/** Mail waits no longer for a place in that line: hosts that say nothing are others', and hold a place for a minute. */
const patienceMs = 5000

/**
 * MTA-STS policies of domains (RFC 8461). A policy that was fetched holds for its time whatever happens to its host or to
 * DNS since; a fetch that fails is not repeated for minutes; what one domain does concerns no other.
 */
export class StsPolicies {
  readonly #options: StsPoliciesOptions
  readonly #known = new Map<string, Known | null>()
  readonly #failures = new Map<string, Failure>()
  readonly #underWay = new Map<string, Fetching>()
  readonly #places = new FetchPlaces(mostFetches.all, mostFetches.ofOne)

  constructor(options: StsPoliciesOptions) {
    this.#options = options
  }

  /** The policy of a domain now. Never throws: without one that can be had or was kept there is none. */
  async of(domain: string): Promise<FoundPolicy> {
    const [known, id] = await Promise.all([this.#recall(domain), this.#announced(domain)])
    const now = this.#options.now()
    const kept = known && known.expiresAt > now ? known : null
    if (id === null) return found(kept, null)
    if (kept?.id === id) {
      const refreshMs = Math.min(refreshAfterMs, (kept.expiresAt - kept.fetchedAt) / 2)
      if (now - kept.fetchedAt > refreshMs) this.#fetchOnce(domain, id)
      return found(kept, null)
    }
    const fault = await this.#inTime(this.#fetchOnce(domain, id))
    const newest = this.#known.get(domain) ?? null
    return found(newest && newest.expiresAt > this.#options.now() ? newest : null, fault)
  }

  /** What was fetched before, by this process or one before it. */
  async #recall(domain: string): Promise<Known | null> {
    const known = this.#known.get(domain)
    if (known !== undefined) return known
    const kept = await this.#options.store.find(domain).catch(() => null)
    const policy = kept ? readStsPolicy(kept.text) : null
    const read = kept && policy && typeof policy !== 'string' ? { ...kept, policy } : null
    if (!this.#known.has(domain)) this.#remember(domain, read)
    return this.#known.get(domain) ?? read
  }

  #remember(domain: string, known: Known | null): void {
    this.#known.delete(domain)
    this.#known.set(domain, known)
    if (this.#known.size > mostKnown) this.#known.delete(this.#known.keys().next().value ?? '')
  }

  /** The id that DNS announces; null: none, or DNS does not say. */
  async #announced(domain: string): Promise<string | null> {
    const answer = await this.#options.resolver.lookup(`_mta-sts.${domain}`, 'TXT')
    return isTemporary(answer) || answer.status !== 'found' ? null : readStsId(answer.records)
  }

  /** Fetches a policy unless that is under way, or failed a moment ago. It ends with what went wrong. */
  #fetchOnce(domain: string, id: string): Fetching {
    const failure = this.#failures.get(domain)
    if (failure && failure.id === id && failure.until > this.#options.now())
      return { started: Promise.resolve(), ended: Promise.resolve(failure.fault) }
    const running = this.#underWay.get(domain)
    if (running) return running
    const owner = registrableDomain(domain)?.domain ?? domain
    const fetching = this.#places.run(owner, () =>
      this.#fetch(domain, id).finally(() => this.#underWay.delete(domain)),
    )
    this.#underWay.set(domain, fetching)
    return fetching
  }

  /** What a fetch came to; where its turn does not come soon, mail goes on without, and the fetch stays in line. */
  async #inTime({ started, ended }: Fetching): Promise<FoundPolicy['fault']> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<FoundPolicy['fault']>((resolve) => {
      const why = 'not fetched yet: too many others are'
      const fault = { type: 'sts-policy-fetch-error', why } as const
      timer = setTimeout(() => resolve(fault), this.#options.patienceMs ?? patienceMs)
    })
    const begun = started.then(() => clearTimeout(timer))
    return Promise.race([begun.then(() => ended), late])
  }

  async #fetch(domain: string, id: string): Promise<FoundPolicy['fault']> {
    const { fetch, now, store, onProblem } = this.#options
    const answer = await fetch(domain)
    const policy = answer.kind === 'text' ? readStsPolicy(answer.text) : null
    if (answer.kind === 'failed' || policy === null || typeof policy === 'string') {
      const why = answer.kind === 'failed' ? answer.why : String(policy)
      const type =
        answer.kind === 'text'
          ? 'sts-policy-invalid'
          : answer.certificate
            ? 'sts-webpki-invalid'
            : 'sts-policy-fetch-error'
      const fault = { type, why } as const
      this.#failures.set(domain, { id, until: now() + failedForMs, fault })
      if (this.#failures.size > mostKnown) this.#failures.delete(this.#failures.keys().next().value ?? '')
      onProblem(domain, why)
      return fault
    }
    const fetchedAt = now()
    const kept: KeptStsPolicy = {
      domain,
      id,
      text: answer.text,
      fetchedAt,
      expiresAt: fetchedAt + policy.maxAgeMs,
    }
    this.#failures.delete(domain)
    this.#remember(domain, { ...kept, policy })
    // It holds in this process meanwhile; without the store it is fetched again after a restart.
    await store
      .keep(kept)
      .catch((cause: unknown) => onProblem(domain, `not kept: ${(cause as Error).message}`))
    return null
  }
}

function found(known: Known | null, fault: FoundPolicy['fault']): FoundPolicy {
  return {
    policy: known && known.policy.mode !== 'none' ? known.policy : null,
    text: known?.text ?? '',
    fault,
  }
}
