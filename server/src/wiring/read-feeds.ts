import type { ReadFeed } from '#services/upstream/poll-feeds.ts'
import { readFeed } from '#services/upstream/read-feed.ts'
import type { UpstreamIncident } from '#services/upstream/upstream-store.ts'
import { PassingThread } from './passing-thread.ts'

export interface FeedQuestion {
  readonly n: number
  readonly feed: string
  readonly body: Uint8Array
  readonly at: number
  readonly url: string
}

export interface FeedAnswer {
  readonly n: number
  readonly incidents: UpstreamIncident[] | null
}

/** Some answers of the longest that are read, with what is made of them. */
const heapMb = 256
/** What is shorter is read within a millisecond or two: no thread is begun for it. */
const shortBytes = 20_000

/** Reads what providers tell; long answers in a thread that is there only while there is something to read. */
export function createFeedReading(): ReadFeed {
  let last = 0
  const waiting = new Map<number, PromiseWithResolvers<UpstreamIncident[] | null>>()
  const thread = new PassingThread<FeedQuestion, FeedAnswer>({
    module: new URL('./feed-thread.ts', import.meta.url),
    ...{ name: 'feeds', heapMb },
    hear({ n, incidents }) {
      waiting.get(n)?.resolve(incidents)
      waiting.delete(n)
      if (waiting.size === 0) thread.rest()
    },
    lost(why) {
      for (const { reject } of waiting.values()) reject(new Error(why))
      waiting.clear()
    },
  })
  return async (feed, body, at, url) => {
    if (body.length <= shortBytes) return readFeed(feed, body, at, url)
    const one = Promise.withResolvers<UpstreamIncident[] | null>()
    last += 1
    waiting.set(last, one)
    thread.begin()
    thread.say({ n: last, feed, body, at, url })
    return one.promise
  }
}
