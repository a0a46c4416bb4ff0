import { systemClock } from '#ground/platform/clock.ts'
import type { IndexParts } from '#services/search/follow-index.ts'
import type { Base } from './base.ts'

/** What the clock needs to keep the index of messages. */
export function createIndexParts({ searchStores, alarms, config }: Base): IndexParts {
  return {
    index: searchStores.index,
    search: searchStores.ownSearch,
    alarms,
    now: () => systemClock.now(),
    keepMs: () => config['spool.keepTrace'],
  }
}
