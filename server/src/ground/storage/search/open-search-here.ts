import { join } from 'node:path'
import type { SearchStore } from '#services/search/search-store.ts'
import { databaseName } from '../database/open-database.ts'
import { indexPath } from './open-search.ts'
import { SearchService } from './search-service.ts'

/** The index of messages for a command beside a server: in its own thread, opened when it is first asked. */
export function openSearchHere(dataFolder: string, folder: string): { search: SearchStore; close(): void } {
  let service: SearchService | null = null
  const ask = (method: string, values: readonly unknown[]) => {
    service ??= new SearchService({
      ledgerPath: join(dataFolder, databaseName),
      indexPath: indexPath(dataFolder, folder),
      mode: 'read',
    })
    const answer = service.answer({ id: 0, store: 'search', method, values })
    if ('error' in answer) throw new Error(answer.error.text)
    return answer.value
  }
  return {
    search: new Proxy({} as SearchStore, {
      get:
        (_target, method) =>
        async (...values: unknown[]) =>
          ask(String(method), values),
    }),
    close: () => service?.close(),
  }
}
