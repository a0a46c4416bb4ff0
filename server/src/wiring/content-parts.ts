import { join } from 'node:path'
import type { EncryptedAside, MessageStore } from '#flow/spool/message-store.ts'
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

/** Encrypted messages that one transaction looks at: each is opened. */
const aStep = 20

/**
 * Lets encrypted mail go on that a version has parked which knows of no encryption: while versions change it may come to
 * mail again and again. Answers how many messages it was.
 */
export function createEncryptedRounds({
  stores: { messages },
}: {
  readonly stores: { readonly messages: Pick<MessageStore, 'encryptedAside' | 'resumeEncrypted'> }
}): () => Promise<number> {
  return async () => {
    let done = 0
    for (let after: string | null = ''; after !== null; ) {
      const { ids, behind }: EncryptedAside = await messages.encryptedAside(after, aStep)
      if (ids.length > 0) done += await messages.resumeEncrypted(ids, systemClock.now())
      after = behind
    }
    return done
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
