import type { NewContentKey } from '#ground/platform/sealed-content.ts'

/** Where the key of new content comes from. */
export interface ContentKeySource {
  /** Waits for nobody. @throws StoreError where the site has none to wrap it with, or one that it should have is missing */
  newKeyFor(messageId: string): NewContentKey
}
