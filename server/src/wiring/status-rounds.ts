import { freezeMonths } from '#services/history/frozen-months.ts'
import { measureComponents, type ReadFaults, type ReadProbes } from '#services/status/measure-components.ts'
import { publishStatus, statusPlaceOf } from '#services/status/publish-status.ts'
import { watchOverrun } from '#services/status/watch-overrun.ts'
import type { Base } from './base.ts'
import { besideOf } from './status-beside.ts'
import { upstreamViewsOf } from './upstream-parts.ts'

/** Measures the components of the status page and publishes it again and again; nothing where nobody has made one. */
export function createStatusRounds(
  { config, folder, stores, alarms }: Base,
  readProbes: ReadProbes,
  readFaults: ReadFaults,
): () => Promise<void> {
  const everyMs = Math.min(60_000, config['status.period'])
  const beside = besideOf(upstreamViewsOf(stores, config), stores.readHistory)
  return async () => {
    if ((await stores.readStatus.components()).length === 0) return
    await measureComponents({ status: stores.status, readProbes, readFaults, everyMs }, Date.now())
    await watchOverrun(stores.readStatus, alarms, Date.now())
    await freezeMonths(
      { history: stores.history, status: stores.readStatus, incidents: stores.readIncidents },
      Date.now(),
    )
    await publishStatus(stores.readStatus, statusPlaceOf(config, folder), Date.now(), beside)
  }
}

/** After an order of a person: what he has told is told, also where a file cannot be written until the next round. */
export function publishAtOnce({ config, folder, stores, log }: Base): () => Promise<void> {
  const beside = besideOf(upstreamViewsOf(stores, config), stores.readHistory)
  return async () => {
    try {
      await publishStatus(stores.readStatus, statusPlaceOf(config, folder), Date.now(), beside)
    } catch (cause) {
      log.warn(
        { cause: String(cause) },
        'the status page could not be published at once; it is tried again each minute',
      )
    }
  }
}
