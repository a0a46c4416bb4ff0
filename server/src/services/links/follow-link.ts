import type { PageAnswer, PageOutcome } from '#ground/platform/web/ask-page.ts'
import type { LinkEnd } from './link-store.ts'

export interface FollowParts {
  /** Whether a link only gives another one its name, and nothing happens by asking it; no other is ever asked. */
  readonly mayFollow: (link: string) => boolean
  readonly ask: (url: URL, method: 'HEAD' | 'GET') => Promise<PageOutcome>
  readonly maxHops: number
}

/** An end, and whether following it once more later could tell more. */
export interface Followed {
  readonly end: LinkEnd
  readonly again: boolean
}

/** HEAD is not known everywhere. */
const wantsGet = new Set([400, 403, 404, 405, 406, 500, 501, 503])
/**
 * Follows a short link to the first link that is none. That one is never opened: it may be good for one time only,
 * and what stands there may differ for us.
 */
export async function followLink(link: string, { mayFollow, ask, maxHops }: FollowParts): Promise<Followed> {
  const hops: { url: string; status: number }[] = []
  const seen = new Set<string>()
  let url = new URL(link)
  for (;;) {
    if (!mayFollow(url.href)) return ended('led', url, hops)
    if (seen.has(url.href)) return ended('unknown', null, hops, 'it goes round in circles')
    if (hops.length >= maxHops) return ended('unknown', null, hops, `it leads on after ${maxHops} links`)
    seen.add(url.href)
    const outcome = await askEither(url, ask)
    if (outcome.kind !== 'answered')
      return { ...ended('unknown', null, hops, outcome.why), again: outcome.kind === 'failed' }
    const { answer } = outcome
    hops.push({ url: url.href, status: answer.status })
    const next = await nextOf(answer, url)
    if (next === null)
      return {
        ...ended('stays', url, hops, goneWords(answer.status)),
        again: answer.status >= 500 || answer.status === 429,
      }
    url = next
  }
}

async function askEither(url: URL, ask: FollowParts['ask']): Promise<PageOutcome> {
  const head = await ask(url, 'HEAD')
  if (head.kind !== 'answered' || head.answer.location !== null) return head
  // A page may lead on by itself, without a redirect.
  return head.answer.status === 200 || wantsGet.has(head.answer.status) ? ask(url, 'GET') : head
}

async function nextOf({ status, location, contentType, body }: PageAnswer, base: URL): Promise<URL | null> {
  if (status >= 300 && status < 400 && location !== null) return URL.parse(location.slice(0, 8192), base.href)
  if (status !== 200 || !/html/i.test(contentType)) return null
  // Few pages are looked at, and most sites look at none: the reader of HTML is loaded with the first one.
  const { viewHtml } = await import('#ground/mail/html-view.ts')
  const { refresh } = viewHtml(body.toString('utf8'))
  return refresh === null || refresh === '' ? null : URL.parse(refresh.slice(0, 8192), base.href)
}

function goneWords(status: number): string {
  return status === 200 ? '' : `the answer was ${status}`
}

function ended(state: LinkEnd['state'], url: URL | null, hops: LinkEnd['hops'], why = ''): Followed {
  return { end: { state, end: url === null ? null : url.href.slice(0, 8192), hops, why }, again: false }
}
