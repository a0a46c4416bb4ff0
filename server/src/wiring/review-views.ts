import { join } from 'node:path'
import type { LoadedConfig } from '#ground/platform/config/load-config.ts'
import { SnapshotBook } from '#ground/storage/snapshot/snapshot-book.ts'
import type { Brands } from '#services/branding/brands.ts'
import type { ReviewParts } from '#services/review/review-parts.ts'
import { pageUrlOf } from './brand-look.ts'

type Stores = Omit<ReviewParts, 'settingsOf' | 'send' | 'pageUrl' | 'pageUrlOf' | 'lifeMs' | 'now'>

/** The same for commands beside a server, which sends the mails that they ask for. */
export function createReviewViews(
  stores: Stores,
  brands: Brands,
  { config }: LoadedConfig,
  folder: string,
): ReviewParts {
  return {
    ...stores,
    settingsOf(address) {
      const book = new SnapshotBook(join(folder, 'directory'))
      try {
        return book.settingsOf(address)
      } finally {
        book.close()
      }
    },
    send: () => Promise.reject(new Error('mails are sent by the server')),
    pageUrl: () => config['console.url'],
    pageUrlOf: (tenant) => pageUrlOf(brands, tenant, config['console.url']),
    lifeMs: () => config['delivery.expiryInbound'],
    now: () => Date.now(),
  }
}
