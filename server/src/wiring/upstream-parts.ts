import type { Config } from '#ground/platform/config/settings.ts'
import { askPage } from '#ground/platform/web/ask-page.ts'
import { type FeedSpec, parseFeedSpec } from '#services/upstream/feed-spec.ts'
import { mostFeedBytes, pollFeeds } from '#services/upstream/poll-feeds.ts'
import { type UpstreamParts, upstreamFaults } from '#services/upstream/upstream-faults.ts'
import { readView, toldOf, type UpstreamViews } from '#services/upstream/upstream-views.ts'
import type { MeasureStore } from '#services/watch/measure-store.ts'
import type { Base } from './base.ts'
import { createFeedReading } from './read-feeds.ts'
import { webRules } from './web-rules.ts'

/** Providers that the operator has named. */
export function feedSpecs(config: Pick<Config, 'upstream.feeds'>): FeedSpec[] {
  return config['upstream.feeds'].map(parseFeedSpec)
}

/** Asks status pages of providers again and again; nothing where none is named. */
export function createUpstreamRounds({ config, stores, alarms }: Base): () => Promise<void> {
  const rules = webRules(config, mostFeedBytes + 1)
  const read = createFeedReading()
  return () =>
    pollFeeds({
      upstream: stores.upstream,
      alarms,
      ...{ feeds: () => feedSpecs(config), read },
      ask: (url, sent) => askPage(url, 'GET', rules(), sent),
      everyMs: () => config['upstream.every'],
      now: () => Date.now(),
    })
}

/** What is told of faults of others, by settings as they are now. */
export function createUpstreamViews(
  stores: Omit<UpstreamParts, 'specs'> & { readonly measures: Pick<MeasureStore, 'measures'> },
  config: Pick<Config, 'upstream.feeds' | 'upstream.every'>,
): UpstreamViews {
  const faults: UpstreamViews['faults'] = (endedSince, now) =>
    upstreamFaults({ ...stores, specs: feedSpecs(config) }, endedSince, config['upstream.every'], now)
  return {
    faults,
    view: (endedSince, now) =>
      readView({ ...stores, specs: feedSpecs(config), everyMs: config['upstream.every'] }, endedSince, now),
    told: async (endedSince, now) => (await faults(endedSince, now)).flatMap(toldOf),
  }
}

/** The same where reading holds up nothing that writes. */
export function upstreamViewsOf(
  stores: Pick<Base['stores'], 'readIncidents' | 'readUpstream' | 'readMeasures'>,
  config: Config,
): UpstreamViews {
  const { readIncidents: incidents, readUpstream: upstream, readMeasures: measures } = stores
  return createUpstreamViews({ incidents, upstream, measures }, config)
}
