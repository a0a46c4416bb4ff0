import { freezeMonths } from '#services/history/frozen-months.ts'
import { measureComponents, type ReadFaults, type ReadProbes } from '#services/status/measure-components.ts'
import type { Measured } from '#services/status/measured.ts'
import { publishStatus, statusPlaceOf } from '#services/status/publish-status.ts'
import type { ReadBeside } from '#services/status/status-state.ts'
import { tellPlanned } from '#services/status/tell-planned.ts'
import { watchOverrun } from '#services/status/watch-overrun.ts'
import { watchPromises } from '#services/status/watch-promises.ts'
import type { Base } from './base.ts'
import { eachOf } from './each-of.ts'
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
  const unsaved = new Map<string, Measured>()
  const tell: ReadBeside = async (endedSince, now) => ({
    ...(await beside(endedSince, now)),
    unsaved: [...unsaved.values()],
  })
  const measure = () =>
    measureComponents({ status: stores.status, readProbes, readFaults, everyMs, unsaved }, Date.now())
  const freeze = () =>
    freezeMonths(
      { history: stores.history, status: stores.readStatus, incidents: stores.readIncidents },
      Date.now(),
    )
  return () =>
    eachOf([
      () => watchPromises({ status: stores.readStatus, readOpen, alarms }, Date.now()),
      async () => {
        if ((await stores.readStatus.components()).length === 0) return
        // Where the store takes nothing the page is published all the same: that is when it is read.
        await eachOf([
          measure,
          () => tellPlanned({ directory, status, at: Date.now(), who: 'mailkeep' }),
          () => watchOverrun(stores.readStatus, alarms, Date.now()),
          freeze,
          () => publishStatus(stores.readStatus, statusPlaceOf(config, folder), Date.now(), tell),
        ])
      },
    ])
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
