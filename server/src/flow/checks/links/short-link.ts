import type { CheckTools } from '#flow/inspection/check.ts'
import type { LinkBook } from '#flow/inspection/link-book.ts'
import type { FoundLink } from './collect-links.ts'
import { groupOfHost } from './known-hosts.ts'
import { readLink } from './link.ts'

/** Short links of one message that are looked up, and that are asked for. */
const most = { lookedUp: 200, asked: 20 } as const
const longest = 2048
/** Words of links that do something when they are opened; those are left alone, wherever they stand. */
const acts =
  /unsub|abmeld|desabon|opt-?out|confirm|verif|activat|reset|passw|token|invit|approve|accept|decline|delete|cancel|rsvp|sign-?in|log-?in|magic|one-?time|otp/i

/** Whether a host only gives short names to other links. */
export function isShortener(host: string, others: readonly string[]): boolean {
  return groupOfHost(host) === 'shorteners' || others.includes(host)
}

/** Whether a link may be asked where it leads: it only gives another one its name, and nothing happens by asking. */
export function mayFollow(link: string, others: readonly string[]): boolean {
  const url = link.length <= longest ? URL.parse(link) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '') return false
  const host = url.hostname.replace(/\.$/, '')
  return isShortener(host, others) && url.pathname.length > 1 && !acts.test(url.pathname + url.search)
}

/** What is known of the short links of a message. */
export interface ShortLinks {
  /** Where links lead, by the link. */
  readonly ends: ReadonlyMap<FoundLink, FoundLink>
  /** Links that somebody should follow. */
  readonly ask: readonly string[]
  /** Links that nobody will follow, because too many wait already. */
  readonly skipped: number
}

/** Looks up where short links lead. Nobody is asked here; those that were not followed lately are named. */
export function lookUpShort(
  links: readonly FoundLink[],
  { linkBook, settings, now }: Pick<CheckTools, 'linkBook' | 'settings' | 'now'>,
): ShortLinks {
  const ends = new Map<FoundLink, FoundLink>()
  const ask = new Set<string>()
  let [lookedUp, skipped] = [0, 0]
  if (!linkBook) return { ends, ask: [], skipped }
  const { follow, shorteners, resultAgeMs } = settings.links
  for (const link of links) {
    if (!isShortener(link.host, shorteners)) continue
    const url = plainForm(link.url)
    if (url === null) continue
    if (lookedUp++ >= most.lookedUp) {
      if (follow !== 'off') skipped++
      continue
    }
    const visit = tryTo(linkBook, url)
    const isFresh = visit !== null && now() - visit.at <= resultAgeMs
    if (isFresh) {
      const end = visit.state === 'led' && visit.end !== null ? readLink(visit.end) : null
      if (end) ends.set(link, { ...end, source: 'followed', shown: link.shown, via: link.url })
    } else if (follow !== 'off' && mayFollow(url, shorteners)) {
      if (!linkBook.isFull() && (ask.size < most.asked || ask.has(url))) ask.add(url)
      else skipped++
    }
  }
  return { ends, ask: [...ask], skipped }
}

/** A link as it is asked for: what stands behind # never leaves a browser. */
function plainForm(link: string): string | null {
  const url = URL.parse(/^www\./i.test(link) ? `http://${link}` : link)
  if (!url) return null
  url.hash = ''
  return url.href
}

/** A book that cannot be read says nothing about a link. */
function tryTo(book: LinkBook, url: string) {
  try {
    return book.visitOf(url)
  } catch {
    return null
  }
}
