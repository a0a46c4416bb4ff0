import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { type DmarcRecord, readDmarcRecords } from './dmarc-record.ts'

/** A record found on the way up, and where. */
export interface WalkStep {
  readonly domain: string
  readonly record: DmarcRecord
}

/** A walk to the root (RFC 9989, 4.10); `failure` says why it could not be ended. */
export interface Walk {
  readonly steps: readonly WalkStep[]
  readonly failure: string | null
}

/** Labels from which a longer name is looked up at once (RFC 9989, 4.10, step 4): at most eight look-ups a walk. */
const longWalk = 7
/** Walks of one message; senders choose how many domains they name. */
const maxWalks = 12

/** DMARC records of one message's domains. Walks share most names, so each name is asked for once. */
export class DmarcRecords {
  readonly #resolver: Resolver
  readonly #signal: AbortSignal
  readonly #readings = new Map<string, Promise<DmarcRecord | null>>()
  readonly #walks = new Map<string, Promise<Walk>>()
  /** Whether any answer was past its time. */
  stale = false

  constructor(resolver: Resolver, signal: AbortSignal) {
    this.#resolver = resolver
    this.#signal = signal
  }

  /** Walks from a domain to the root. Never throws. */
  walk(domain: string): Promise<Walk> {
    const known = this.#walks.get(domain)
    if (known !== undefined) return known
    if (this.#walks.size >= maxWalks)
      return Promise.resolve({ steps: [], failure: 'too many domains to look at' })
    const walk = this.#walkUp(domain)
    this.#walks.set(domain, walk)
    return walk
  }

  /** Whether a name exists in DNS at all, with any type (RFC 9989, A.4). @throws WalkError where DNS fails */
  async exists(domain: string): Promise<boolean> {
    const address = await this.#resolver.lookup(domain, 'A')
    if ('reason' in address) throw new WalkError(`A of ${domain}: ${address.reason}`)
    if (address.status !== 'nxdomain') return true
    // "No such name" may be about the end of a CNAME that the name itself has.
    const alias = await this.#resolver.lookup(domain, 'CNAME')
    if ('reason' in alias) throw new WalkError(`CNAME of ${domain}: ${alias.reason}`)
    return alias.status !== 'nxdomain'
  }

  async #walkUp(domain: string): Promise<Walk> {
    const steps: WalkStep[] = []
    let labels = domain.split('.')
    try {
      while (labels.length > 0) {
        const name = labels.join('.')
        const record = await this.#read(name)
        if (record !== null) steps.push({ domain: name, record })
        if (record !== null && record.psd !== 'u') break
        labels = labels.slice(labels.length > longWalk ? -longWalk : 1)
      }
      return { steps, failure: null }
    } catch (cause) {
      if (cause instanceof WalkError) return { steps, failure: cause.message }
      throw cause
    }
  }

  #read(name: string): Promise<DmarcRecord | null> {
    const known = this.#readings.get(name)
    if (known !== undefined) return known
    const reading = this.#fetch(name)
    this.#readings.set(name, reading)
    return reading
  }

  async #fetch(name: string): Promise<DmarcRecord | null> {
    if (this.#signal.aborted) throw new WalkError('the time for the check is over')
    const answer = await this.#resolver.lookup(`_dmarc.${name}`, 'TXT')
    if ('reason' in answer) throw new WalkError(`TXT of _dmarc.${name}: ${answer.reason}`)
    if (answer.stale) this.stale = true
    return answer.status === 'found'
      ? readDmarcRecords(answer.records.map((segments) => segments.join('')))
      : null
  }
}

/** DNS failed on the way: nothing is known about what stands there. */
export class WalkError extends Error {
  readonly code = 'dns-failed'
  constructor(text: string) {
    super(text)
    this.name = 'WalkError'
  }
}

/** The Organizational Domain that a whole walk from a domain leads to (RFC 9989, 4.10.2). */
export function organizationalDomain(domain: string, walk: Walk): string {
  for (const { domain: at, record } of walk.steps) {
    if (record.psd === 'n') return at
    // One label below a public suffix.
    if (record.psd === 'y' && at !== domain)
      return domain
        .split('.')
        .slice(-(at.split('.').length + 1))
        .join('.')
  }
  return walk.steps.at(-1)?.domain ?? domain
}
