import { groupOfHost, isPlace } from './known-hosts.ts'
import { type Link, readLink, siteOf } from './link.ts'

/** By way of what a link leads to another one. */
export type Way =
  /** A page of a large site that takes anybody anywhere. */
  | 'redirector'
  /** Programs of senders that count clicks, and mail filters that stand in front of links. */
  | 'service'
  /** Any other page that names another one in its address. */
  | 'page'

export interface InnerLink {
  readonly url: string
  readonly way: Way
}

/** Names by which pages are told where to go next. */
const names = new Set(
  'q url u a adurl target to dest destination redirect redirect_uri redirect_url redirecturl redir return returnurl return_to next continue goto go r link out away jump ref_url uri murl ued'.split(
    ' ',
  ),
)
/** Paths of pages that are made for leading on. */
const leads =
  /\/(?:redir|redirect|out|away|go|goto|jump|click|track|exit|link|leave|forward|url)(?:[./_-]|$)/i
const most = { query: 8192, parameters: 50 }

/** The link that another one carries in its address, and to which it leads; null where there is none. */
export function innerLink(outer: Link): InnerLink | null {
  if (outer.host === '' || isPlace('shares', outer)) return null
  const way = wayOf(outer)
  const found = inQuery(outer, way) ?? inPath(outer)
  if (found === null) return null
  const inner = readLink(found)
  return inner === null || inner.host === '' || siteOf(inner) === siteOf(outer) ? null : { url: found, way }
}

function wayOf(link: Link): Way {
  if (isPlace('redirectors', link)) return 'redirector'
  const group = groupOfHost(link.host)
  return group === 'wrappers' || group === 'trackers' ? 'service' : 'page'
}

function inQuery({ query, path }: Link, way: Way): string | null {
  if (query.length < 8) return null
  const anyName = way !== 'page' || leads.test(path)
  let seen = 0
  for (const [name, value] of new URLSearchParams(query.slice(0, most.query))) {
    if (seen++ >= most.parameters) return null
    if (!anyName && !names.has(name.toLowerCase())) continue
    const url = addressIn(value)
    if (url !== null) return url
  }
  return null
}

/** A value that is an address: as it stands, encoded twice, or packed as base64. */
function addressIn(value: string): string | null {
  const text = value.trim()
  if (/^https?:[/\\]/i.test(text)) return text
  if (/^https?%3a/i.test(text)) return decoded(text)
  const packed = /^(?:a1)?(aHR0c[A-Za-z0-9+/_=-]{8,4000})$/.exec(text)?.[1]
  return packed === undefined ? null : Buffer.from(packed, 'base64url').toString('utf8')
}

/** archive.example/https://other.example/page, and google.com/amp/s/other.example/page. */
function inPath({ host, path }: Link): string | null {
  const whole = /\/(https?(?::|%3a)(?:\/|%2f){1,2}[^/].{3,4000})/i.exec(path)?.[1]
  if (whole !== undefined) return decoded(whole)
  return /^\/amp\/s?\/?[a-z0-9-]+\.[a-z]/i.test(path) && /(?:^|\.)google\.[a-z.]{2,6}$/.test(host)
    ? `https://${path.replace(/^\/amp\/(?:s\/)?/i, '')}`
    : null
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
