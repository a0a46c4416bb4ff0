import { type Published, publishSnapshot } from '#services/directory/publish-snapshot.ts'
import type { Base } from './base.ts'

/** What brings the snapshot of the directory up to date; it throws where the directory cannot be read. */
export function publisher({ config, stores, alarms, snapshot }: Base): () => Promise<Published> {
  return async () => {
    const published = await publishSnapshot({
      directory: stores.directory,
      snapshots: stores.snapshots,
      alarms,
      shrinkPercent: config['directory.shrinkPercent'],
      graceMs: config['directory.grace'],
      now: () => Date.now(),
    })
    snapshot.refresh()
    return published
  }
}

/** Publishes; where that fails an alarm says so, and mail flows by what was published last. */
export async function publishOrTell({ alarms }: Base, publish: () => Promise<Published>): Promise<void> {
  try {
    await publish()
  } catch (cause) {
    alarms.raise(
      'job-failed',
      'publish-snapshot',
      `the directory could not be published: ${(cause as Error).message}; mail flows by the last good snapshot`,
    )
  }
}
