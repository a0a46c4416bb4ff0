import { StoreError } from '#ground/platform/store-error.ts'
import type { ContentStore, StoredContent } from '#services/content/content-store.ts'
import type { BodyRows } from './body-rows.ts'
import type { Synchronous } from './synchronous.ts'

/** ContentStore on SQLite. */
export class SqliteContentStore implements Synchronous<ContentStore> {
  readonly #bodies: Pick<BodyRows, 'read'>

  constructor(bodies: Pick<BodyRows, 'read'>) {
    this.#bodies = bodies
  }

  locate(messageId: string): StoredContent | null {
    try {
      return this.#bodies.read(messageId)
    } catch (cause) {
      if (!(cause instanceof StoreError)) throw cause
      // Of a key that is not there: whoever looks is told, as of anything else that keeps him from seeing it.
      return { kind: 'damaged', why: (cause as Error).message }
    }
  }
}
