import { providerOf } from '#services/upstream/feed-spec.ts'
import { MeasureWatch } from '#services/watch/watch-measures.ts'
import type { Base } from './base.ts'
import { feedSpecs } from './upstream-parts.ts'

const mostAlarms = 500

/** Joins what judges measurements to the stores; reads go to the thread that holds up nobody who writes. */
export function createMeasureWatch({ stores, alarms, config }: Base): MeasureWatch {
  return new MeasureWatch({
    measures: stores.measures,
    readMeasures: stores.readMeasures,
    findings: stores.watch,
    alarms,
    alarmStates: (clearedSince) => stores.alarms.states(clearedSince, mostAlarms),
    // Servers that somebody of ours has named; the others were found by MX.
    isProviders: (hop) => providerOf(feedSpecs(config), hop) !== null,
    isOurs: (hop) => /^(smtp|lmtp|maildir):/.test(hop),
    periodMs: config['watch.period'],
    now: () => Date.now(),
  })
}
