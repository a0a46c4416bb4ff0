import { createRequire } from 'node:module'
import { normaliseDomain } from './domain.ts'

/** The parts of a domain as they are registered. */
export interface RegistrableDomain {
  /** What its owner has registered: `example.co.uk` of `mail.example.co.uk`. */
  readonly domain: string
  /** The label that the owner chose: `example`. */
  readonly label: string
  /** Below what it was registered: `co.uk`. */
  readonly suffix: string
}

const load = createRequire(import.meta.url)
let parse: typeof import('tldts').parse | null = null

const options = { allowPrivateDomains: true, extractHostname: false, validateHostname: false } as const

/**
 * The registered domain that a host belongs to, by the list of public suffixes in tldts, private ones among them:
 * whoever sends from `shop.github.io` is not the owner of `github.io`. Null for address literals, single labels and
 * public suffixes themselves. Names in U-labels are looked up, and come back, as A-labels.
 */
export function registrableDomain(host: string): RegistrableDomain | null {
  if (host.length === 0 || host.length > 255 || host.startsWith('[')) return null
  // Loaded with its list when the first domain is asked for: most threads never ask.
  parse ??= (load('tldts') as typeof import('tldts')).parse
  const { domain, domainWithoutSuffix, publicSuffix, isIp } = parse(normaliseDomain(host), options)
  if (isIp || !domain || !domainWithoutSuffix || !publicSuffix) return null
  return { domain, label: domainWithoutSuffix, suffix: publicSuffix }
}
