import { measureComponents, type ReadProbes } from '#services/status/measure-components.ts'
import { publishStatus, statusPlaceOf } from '#services/status/publish-status.ts'
import { watchOverrun } from '#services/status/watch-overrun.ts'
import type { Base } from './base.ts'

/** Measures the components of the status page and publishes it again and again; nothing where nobody has made one. */
export function createStatusRounds(
  { config, folder, stores, alarms }: Base,
  readProbes: ReadProbes,
): () => Promise<void> {
  return async () => {
    if ((await stores.readStatus.components()).length === 0) return
    await measureComponents(stores.status, readProbes, Date.now())
    await watchOverrun(stores.readStatus, alarms, Date.now())
    await publishStatus(stores.readStatus, statusPlaceOf(config, folder), Date.now())
  }
}
