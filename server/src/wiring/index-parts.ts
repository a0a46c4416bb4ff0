import { systemClock } from '#ground/platform/clock.ts'
import { Trend } from '#ground/platform/trend.ts'
import type { IndexParts } from '#services/search/follow-index.ts'
import type { Base } from './base.ts'

/** What the clock needs to keep the index of messages. */
export function createIndexParts({ searchStores, alarms, config }: Base): IndexParts {
  return {
    index: searchStores.index,
    search: searchStores.ownSearch,
    alarms,
    trend: new Trend({ everyMs: 1000, keepMs: 120_000, leastMs: 30_000 }),
    now: () => systemClock.now(),
    elapsed: () => performance.now(),
    keepMs: () => config['spool.keepTrace'],
  }
}
