import { systemClock } from '#ground/platform/clock.ts'
import { BacklogPace } from '#services/search/backlog-pace.ts'
import type { IndexParts } from '#services/search/follow-index.ts'
import type { Base } from './base.ts'

/** What the clock needs to keep the index of messages. */
export function createIndexParts({ searchStores, alarms, config }: Base): IndexParts {
  return {
    index: searchStores.index,
    search: searchStores.ownSearch,
    alarms,
    pace: new BacklogPace(),
    now: () => systemClock.now(),
    keepMs: () => config['spool.keepTrace'],
  }
}
