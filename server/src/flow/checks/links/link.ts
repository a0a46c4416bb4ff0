import { type RegistrableDomain, registrableDomain } from '#ground/mail/registrable-domain.ts'

/** A link as a browser reads it. */
export interface Link {
  readonly url: string
  /** In lower case, without colon. */
  readonly scheme: string
  /** A-labels in lower case; empty for schemes without hosts. */
  readonly host: string
  readonly registered: RegistrableDomain | null
  readonly user: string
  /** Empty where it is that of the scheme. */
  readonly port: string
  readonly path: string
  readonly query: string
  /** An address stands for the name; `odd` where it is written so that people do not know it for one. */
  readonly address: 'none' | 'plain' | 'odd'
}

/** Longest link that is read; browsers read more, people do not click such. */
const longest = 8192
const numeric = /^\d{1,3}(?:\.\d{1,3}){3}$/

/** Reads a link; null for what is none, such as an anchor or a name without a scheme. */
export function readLink(text: string, base: string | null = null): Link | null {
  const trimmed = text.slice(0, longest).trim()
  const whole = /^www\.[^/]/i.test(trimmed) ? `http://${trimmed}` : trimmed
  const url = whole === '' ? null : (URL.parse(whole) ?? (base === null ? null : URL.parse(whole, base)))
  if (!url) return null
  const host = url.hostname.replace(/\.$/, '')
  const isAddress = host.startsWith('[') || numeric.test(host)
  return {
    url: trimmed,
    scheme: url.protocol.slice(0, -1),
    host,
    registered: host === '' || isAddress ? null : registrableDomain(host),
    user: url.username,
    port: url.port,
    path: url.pathname,
    query: url.search,
    address: !isAddress ? 'none' : host.startsWith('[') || trimmed.includes(host) ? 'plain' : 'odd',
  }
}

/** The site of a link: what its owner registered, or the host where nothing is registered. */
export function siteOf({ registered, host }: Pick<Link, 'registered' | 'host'>): string {
  return registered?.domain ?? host
}

const shownPattern =
  /^(?:https?:\/\/)?(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?::\d{1,5})?(?:[/?#]\S{0,2000})?$/i

/** The site that the text of a link names, where that text is the name of one; null otherwise. */
export function shownSite(text: string): string | null {
  const trimmed = text.trim()
  if (trimmed.length > 2000 || !shownPattern.test(trimmed)) return null
  const host = trimmed
    .replace(/^https?:\/\//i, '')
    .split(/[/?#:]/, 1)[0]!
    .toLowerCase()
  return registrableDomain(host)?.domain ?? null
}
