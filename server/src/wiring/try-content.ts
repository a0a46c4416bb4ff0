import { join } from 'node:path'
import { bodiesFolder } from '#ground/storage/bodies/body-path.ts'
import { ContentReader } from '#services/content/content-reader.ts'
import type { Base } from './base.ts'

/** A disk may be slow and well; beyond this nobody would call it so. */
const waitMs = 10_000

/** Writes a small file into the folder of content, reads it back and takes it away, in a thread that may hang. */
export function contentTry({ folder }: Pick<Base, 'folder'>): () => Promise<{ failed: string | null }> {
  let failed: string | null = null
  const reader = new ContentReader({
    entry: new URL('../content-thread.ts', import.meta.url),
    waitMs,
    onRead: (why) => {
      failed = why
    },
  })
  return async () => {
    await reader.probe(join(folder, bodiesFolder))
    return { failed }
  }
}
