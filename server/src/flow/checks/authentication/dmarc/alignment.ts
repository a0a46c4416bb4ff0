import type { Identifier } from './evaluate-dmarc.ts'
import { type DmarcRecords, organizationalDomain, type Walk } from './tree-walk.ts'

/** What identifiers of one kind come to: one that passed aligns, or one might have, with the reason why it is open. */
export interface Aligned {
  readonly aligned: boolean
  readonly open: string | null
}

/** Compares domains with the author domain (RFC 9989, 3.2.10). */
export class Alignment {
  readonly #authorDomain: string
  readonly #authorWalk: Walk
  readonly #records: DmarcRecords

  constructor(authorDomain: string, authorWalk: Walk, records: DmarcRecords) {
    this.#authorDomain = authorDomain
    this.#authorWalk = authorWalk
    this.#records = records
  }

  /** @param strict domains must be equal; else their Organizational Domains must be */
  async of(identifiers: readonly Identifier[], strict: boolean): Promise<Aligned> {
    let open: string | null = null
    // Those that passed first: one that aligns settles it, without a look at the others.
    const sorted = [...identifiers].sort(
      (one, other) => Number(one.state === 'open') - Number(other.state === 'open'),
    )
    for (const { domain, state } of sorted) {
      const aligns = strict ? domain === this.#authorDomain : await this.#relaxed(domain)
      if (aligns === true && state === 'pass') return { aligned: true, open: null }
      if (aligns === true) open ??= `DNS failed for ${domain}`
      else if (typeof aligns === 'string') open ??= aligns
    }
    return { aligned: false, open }
  }

  /** Whether both belong to one organization; a text says why it cannot be told. */
  async #relaxed(domain: string): Promise<boolean | string> {
    const author = this.#authorDomain
    if (domain === author) return true
    // Organizations never span top-level domains, so no walk is needed to tell these apart.
    if (lastLabel(domain) !== lastLabel(author)) return false
    if (this.#authorWalk.failure !== null) return this.#authorWalk.failure
    const organization = organizationalDomain(author, this.#authorWalk)
    // A domain's organization is the domain itself or above it.
    if (domain !== organization && !domain.endsWith(`.${organization}`)) return false
    const walk = await this.#records.walk(domain)
    if (walk.failure !== null) return walk.failure
    return organizationalDomain(domain, walk) === organization
  }
}

function lastLabel(domain: string): string {
  return domain.slice(domain.lastIndexOf('.') + 1)
}
