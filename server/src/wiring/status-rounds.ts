import { freezeMonths } from '#services/history/frozen-months.ts'
import { measureComponents, type ReadFaults, type ReadProbes } from '#services/status/measure-components.ts'
import { publishStatus, statusPlaceOf } from '#services/status/publish-status.ts'
import { tellPlanned } from '#services/status/tell-planned.ts'
import { watchOverrun } from '#services/status/watch-overrun.ts'
import { watchPromises } from '#services/status/watch-promises.ts'
import type { Base } from './base.ts'
import { besideOf } from './status-beside.ts'
import { upstreamViewsOf } from './upstream-parts.ts'

/**
 * Measures the components of the status page, tells of planned work that begins or ends and publishes the page again and
 * again; nothing where nobody has made one. What was promised is watched in any case.
 */
export function createStatusRounds(
  { config, folder, stores, alarms }: Base,
  readProbes: ReadProbes,
  readFaults: ReadFaults,
): () => Promise<void> {
  const everyMs = Math.min(60_000, config['status.period'])
  const beside = besideOf(upstreamViewsOf(stores, config), stores.readHistory)
  const { directory, status } = stores
  const readOpen = () => stores.readIncidents.list({ open: true }, 1000)
  return async () => {
    await watchPromises({ status: stores.readStatus, readOpen, alarms }, Date.now())
    if ((await stores.readStatus.components()).length === 0) return
    await measureComponents({ status: stores.status, readProbes, readFaults, everyMs }, Date.now())
    await tellPlanned({ directory, status, at: Date.now(), who: 'mailkeep' })
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
