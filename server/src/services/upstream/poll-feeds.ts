import type { Alarms } from '#ground/platform/alarms.ts'
import type { PageOutcome, PageSent } from '#ground/platform/web/ask-page.ts'
import type { FeedSpec } from './feed-spec.ts'
import type { readFeed } from './read-feed.ts'
import type { FeedState, UpstreamStore } from './upstream-store.ts'
import { watchFeeds } from './watch-feeds.ts'

/** Reads an answer as `readFeed` does, here or where it holds up nobody. */
export type ReadFeed = (
  ...given: Required<Parameters<typeof readFeed>>
) => Promise<ReturnType<typeof readFeed>>

export interface PollParts {
  readonly upstream: UpstreamStore
  readonly feeds: () => readonly FeedSpec[]
  /** Asks one address, within our rules for strangers; reads `mostFeedBytes` and one more at most. */
  readonly ask: (url: URL, sent: PageSent) => Promise<PageOutcome>
  readonly read: ReadFeed
  readonly everyMs: () => number
  readonly alarms: Pick<Alarms, 'raise' | 'clear' | 'open'>
  readonly now: () => number
}

/** A longer answer is not read to its end, so it cannot be used. */
export const mostFeedBytes = 4_000_000
const keptMs = 400 * 86_400_000
const atOnce = 4
/** Without a new answer for so long it is asked for all: what it says ends by the clock too, without a word of its own. */
const wholeEveryMs = 3_600_000

/** Asks each feed that is due what its provider tells. One that fails leaves what is known of it, and is silent. */
export async function pollFeeds(parts: PollParts): Promise<void> {
  const { upstream, feeds, everyMs, now } = parts
  const specs = feeds()
  const known = new Map((await upstream.feeds()).map((each) => [each.name, each]))
  if (specs.length === 0 && known.size === 0) return watchFeeds(parts.alarms, [], [], everyMs(), now())
  // Several processes may have the clock: a feed is asked once all the same.
  const due = specs.filter(({ name }) => now() - (known.get(name)?.askedAt ?? 0) >= 0.9 * everyMs())
  for (let at = 0; at < due.length; at += atOnce)
    await Promise.all(due.slice(at, at + atOnce).map((each) => poll(parts, each, known.get(each.name))))
  await upstream.forgetFeeds(
    specs.map((each) => each.name),
    now() - keptMs,
  )
  watchFeeds(parts.alarms, specs, await upstream.feeds(), everyMs(), now())
}

async function poll(parts: PollParts, spec: FeedSpec, before: FeedState | undefined): Promise<void> {
  const { upstream, ask, read, now } = parts
  const { name, url } = spec
  // What was said under another address says nothing of this one.
  const last = before?.url === url ? before : undefined
  const at = now()
  const state: FeedState = {
    ...{ answeredAt: null, changedAt: null, etag: null, lastModified: null },
    ...last,
    ...{ name, url, askedAt: at, fault: '' },
  }
  const isWhole = at - (state.changedAt ?? 0) >= wholeEveryMs
  const headers = {
    accept:
      'application/json, application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9',
    ...(state.etag !== null && !isWhole && { 'if-none-match': state.etag }),
    ...(state.lastModified !== null && !isWhole && { 'if-modified-since': state.lastModified }),
  }
  const outcome = await ask(new URL(url), { headers })
  const failed = (fault: string) => upstream.noteFeed({ ...state, fault: fault.slice(0, 300) }, [])
  if (outcome.kind !== 'answered') return failed(outcome.why)
  const { status, location, body, etag = null, lastModified = null } = outcome.answer
  if (status === 304) return upstream.noteFeed({ ...state, answeredAt: at }, [])
  if (status >= 300 && status < 400 && location !== null)
    return failed(`it answers ${status} and points to ${location}; name that address if it is right`)
  if (status !== 200) return failed(`it answers ${status}`)
  if (body.length > mostFeedBytes) return failed(`it says more than ${mostFeedBytes / 1e6} MB`)
  const incidents = await read(name, body, at, url).catch((cause: unknown) => cause as Error)
  if (incidents instanceof Error) return failed(`its answer could not be read: ${incidents.message}`)
  if (incidents === null)
    return failed(
      'its answer has none of the forms of incidents that are known (Statuspage, a list by product, Atom or RSS of 500 KB at most)',
    )
  return upstream.noteFeed({ ...state, answeredAt: at, changedAt: at, etag, lastModified }, incidents)
}
