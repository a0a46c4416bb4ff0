import { join } from 'node:path'
import { StatusCopies } from '#services/status/copy-status.ts'
import { PublishedState, statusPlaceOf } from '#services/status/publish-status.ts'
import type { Base } from './base.ts'

/** Brings the published status page to the places of `status.copies`; nothing where there is none. */
export function createStatusCopies({ config, folder, alarms }: Base): () => Promise<void> {
  const copies = new StatusCopies({
    published: new PublishedState(statusPlaceOf(config, folder).folder),
    copies: () => config['status.copies'],
    memoryPath: join(folder, 'status-copies.json'),
    alarms,
    now: () => Date.now(),
    waitMs: 20_000,
  })
  return () => copies.round()
}
