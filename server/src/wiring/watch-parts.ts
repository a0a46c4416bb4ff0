import { alarmKinds } from '#ground/platform/alarm-kinds.ts'
import { providerOf } from '#services/upstream/feed-spec.ts'
import { mayBeCause } from '#services/watch/name-cause.ts'
import { MeasureWatch } from '#services/watch/watch-measures.ts'
import type { Base } from './base.ts'
import { feedSpecs } from './upstream-parts.ts'

const mostAlarms = 5000
/** Asked for by name: in a storm of others none that can be a cause is cut off. */
const causes = Object.keys(alarmKinds).filter(mayBeCause)

/** Joins what judges measurements to the stores; reads go to the thread that holds up nobody who writes. */
export function createMeasureWatch({ stores, alarms, config }: Base): MeasureWatch {
  return new MeasureWatch({
    measures: stores.measures,
    readMeasures: stores.readMeasures,
    findings: stores.watch,
    alarms,
    alarmStates: (clearedSince) => stores.alarms.states(clearedSince, mostAlarms, causes),
    // Servers that somebody of ours has named; the others were found by MX.
    isProviders: (hop) => providerOf(feedSpecs(config), hop) !== null,
    isOurs: (hop) => /^(smtp|lmtp|maildir):/.test(hop),
    periodMs: config['watch.period'],
    now: () => Date.now(),
  })
}
