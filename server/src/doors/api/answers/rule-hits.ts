import type { Clock } from '#ground/platform/clock.ts'
import type { Log } from '#ground/platform/log.ts'
import { StoreError } from '#ground/platform/store-error.ts'
import type { SearchStore } from '#services/search/search-store.ts'
import { moment, momentOrNull } from './moment.ts'

const dayMs = 86_400_000

interface HitsParts {
  readonly search: Pick<SearchStore, 'ruleHits' | 'progress'>
  readonly clock: Clock
  readonly log: Pick<Log, 'warn'>
}

/** How often rules held within a day, in the order of their ids. An index that cannot be asked hides no rule. */
export async function readRuleHits({ search, clock, log }: HitsParts, ids: readonly string[]) {
  const now = clock.now()
  const [found, progress] = await Promise.all([
    search.ruleHits(ids, now - dayMs),
    search.progress(now),
  ]).catch((cause: unknown) => {
    if (!isAway(cause)) log.warn({ cause: String(cause) }, 'how often rules held could not be read')
    return [null, null]
  })
  const completeUpTo = momentOrNull(progress?.completeUpTo ?? null)
  if (!found || completeUpTo === null) return { hits: [], completeUpTo: null }
  const since = moment(found.since)
  return { hits: found.hits.map((deliveries) => ({ deliveries, since })), completeUpTo }
}

/** Its own alarms tell of an index that is away; what fails otherwise is a fault of the question. */
function isAway(cause: unknown): boolean {
  return cause instanceof StoreError && cause.code !== 'failed'
}
