import { join } from 'node:path'
import { systemClock } from '#ground/platform/clock.ts'
import { bodiesFolder } from '#ground/storage/bodies/body-path.ts'
import { ContentReader } from '#services/content/content-reader.ts'
import type { ContentParts } from '#services/content/look-at-content.ts'
import type { Base } from './base.ts'
import { watchContent } from './watch-content.ts'
import { watchContentKeys } from './watch-content-keys.ts'

/** A disk may be slow and well; beyond this nobody would call it so. */
const probeWaitMs = 10_000

/** Tries the folder of content, away from everything else: it may hang. Then looks whether its keys are there. */
export function createContentProbe({ folder, alarms, stores }: Base): () => Promise<void> {
  const reader = new ContentReader({
    entry: new URL('../content-thread.ts', import.meta.url),
    waitMs: probeWaitMs,
    onRead: watchContent(alarms),
  })
  const watchKeys = watchContentKeys(alarms)
  return async () => {
    await reader.probe(join(folder, bodiesFolder))
    watchKeys(await stores.contentKeys.health())
  }
}

/** What it takes to look at a message. */
export function createContentParts({ config, stores, alarms }: Base): ContentParts {
  return {
    ledger: stores.ledger,
    content: stores.content,
    reader: new ContentReader({
      entry: new URL('../content-thread.ts', import.meta.url),
      waitMs: config['console.storeWait'],
      onRead: watchContent(alarms),
    }),
    access: stores.access,
    now: () => systemClock.now(),
  }
}
