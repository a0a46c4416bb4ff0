import type { PlainAround } from '#flow/checks/links/judge-ends.ts'
import { mayFollow } from '#flow/checks/links/short-link.ts'
import { systemClock } from '#ground/platform/clock.ts'
import { createResolver } from '#ground/platform/dns/create-resolver.ts'
import { NetworkList } from '#ground/platform/network-list.ts'
import { askPage } from '#ground/platform/web/ask-page.ts'
import type { LinkParts } from '#services/links/link-parts.ts'
import type { HostListState } from '#services/links/link-store.ts'
import type { Base } from './base.ts'
import { watchHostLists } from './watch-host-lists.ts'

/** What is read of a page that leads on by itself. */
const mostBytes = 64 << 10

/** Joins the following of links to the rules of the check and to the outside. */
export function createLinkParts(base: Base): LinkParts & { hostLists(): HostListState[]; close(): void } {
  const { config, stores, alarms, metrics } = base
  const watched = watchHostLists(base)
  const resolver = createResolver({
    servers: config['dns.servers'],
    timeoutMs: config['dns.timeout'],
    // Each name is looked up anew soon; nothing else of the site goes by these answers.
    cacheEntries: 1000,
    staleForMs: 0,
  })
  const stop = new AbortController()
  const allowed = new NetworkList(config['links.allowNetworks'])
  return {
    store: stores.links,
    mayFollow: (link) => mayFollow(link, config['links.shorteners']),
    ask: (url, method) =>
      askPage(url, method, {
        resolver,
        allowed,
        timeoutMs: config['links.timeout'],
        signal: stop.signal,
        userAgent: `Mailkeep (link check; ${config['site.host']})`,
        mostBytes,
      }),
    async judge({ links, around }) {
      const ends = links.flatMap(({ url, end }) =>
        end?.state === 'led' && end.end !== null ? [{ url, end: end.end }] : [],
      )
      if (ends.length === 0) return []
      // The data of the check lies in the memory of this thread only where it is needed.
      const { judgeEnds } = await import('#flow/checks/links/judge-ends.ts')
      return judgeEnds(ends, around as unknown as PlainAround, watched.lists())
    },
    limits: () => ({
      isOn: config['links.follow'] !== 'off',
      atATime: config['links.atATime'],
      maxHops: config['links.maxHops'],
      keepResultsMs: config['links.keepResults'],
      lateAfterMs: config['links.lateAfter'],
    }),
    count: (what) => metrics.linksFollowed.inc({ what }),
    noteQueue: (pending) => metrics.linksPending.set(pending),
    alarms,
    clock: systemClock,
    stopping: stop.signal,
    hostLists: watched.states,
    close() {
      stop.abort()
      watched.stop()
      resolver.close()
    },
  }
}
