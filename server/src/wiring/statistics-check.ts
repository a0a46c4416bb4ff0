import { setTimeout as sleep } from 'node:timers/promises'
import { createStatisticsCheck } from '#services/statistics/check-statistics.ts'
import type { Base } from './base.ts'

/** There is one of a day, and they are asked for by the month. */
const mostAlarms = 100

/** Compares the statistics of each day with the ledger. */
export function createStatisticsRounds({ stores, alarms }: Base): () => Promise<void> {
  return createStatisticsCheck({
    ...{ readStatistics: stores.readStatistics, ledger: stores.ledger, alarms, now: () => Date.now() },
    toldSince: async (alarm, since) =>
      (await stores.alarms.states(since, mostAlarms, [alarm]))
        .filter((each) => each.withdrawn === null)
        .map((each) => each.subject),
    rest: () => sleep(10, undefined, { ref: false }),
  })
}
