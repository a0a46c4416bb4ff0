import type { HistoryStore } from '#services/history/history-store.ts'
import { toldMonth } from '#services/history/told-month.ts'
import type { ReadBeside } from '#services/status/status-state.ts'
import type { UpstreamViews } from '#services/upstream/upstream-views.ts'

const shownMonths = 24

/** What the status page tells beside its own incidents: faults of others, and months that have ended. */
export function besideOf(
  { told }: Pick<UpstreamViews, 'told'>,
  history: Pick<HistoryStore, 'months'>,
): ReadBeside {
  return async (endedSince, now) => ({
    upstream: await told(endedSince, now),
    months: (await history.months(shownMonths)).map(toldMonth),
  })
}
