import { publishStatus, statusPlaceOf } from '#services/status/publish-status.ts'
import type { Base } from './base.ts'

/** Publishes the status page again and again, so that it is known to be told of; nothing where nobody has made one. */
export function createStatusRounds({ config, folder, stores }: Base): () => Promise<void> {
  return async () => {
    if ((await stores.readStatus.components()).length === 0) return
    await publishStatus(stores.readStatus, statusPlaceOf(config, folder), Date.now())
  }
}
