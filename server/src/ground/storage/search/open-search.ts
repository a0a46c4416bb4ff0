import { join } from 'node:path'
import type { IndexStore, SearchStore } from '#services/search/search-store.ts'
import { databaseName } from '../database/open-database.ts'
import type { SearchThreadData } from './search-service.ts'
import { ThreadClient } from './thread-client.ts'

/** The index of messages as a server uses it. */
export interface SearchStores {
  readonly search: SearchStore
  readonly index: IndexStore
  /** The same questions, asked by whoever keeps the index. */
  readonly ownSearch: Pick<SearchStore, 'progress'>
  stop(): Promise<void>
}

/** File of the index; `folder` empty: within the folder of all data. */
export function indexPath(dataFolder: string, folder: string): string {
  return join(folder === '' ? join(dataFolder, 'search') : folder, 'search.db')
}

/** Starts nothing yet: each of the two threads begins when it is first asked. */
export function openSearch(entry: URL, dataFolder: string, folder: string): SearchStores {
  const data = (mode: SearchThreadData['mode']): SearchThreadData => ({
    ledgerPath: join(dataFolder, databaseName),
    indexPath: indexPath(dataFolder, folder),
    mode,
  })
  const reader = new ThreadClient(entry, 'search', data('read'))
  const writer = new ThreadClient(entry, 'search-index', data('write'))
  return {
    search: reader.store('search'),
    index: writer.store('index'),
    ownSearch: writer.store('search'),
    async stop() {
      await Promise.all([reader.stop(), writer.stop()])
    },
  }
}
