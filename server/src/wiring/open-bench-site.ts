import { join } from 'node:path'
import { readDefinitions, shippedDefinitions } from '#flow/inspection/definitions.ts'
import { databaseName, openDatabase } from '#ground/storage/database/open-database.ts'
import { SqliteStores } from '#ground/storage/database/sqlite-stores.ts'
import { idleSettings } from '#ground/storage/database/store-settings.ts'
import { DefinitionFiles } from '#ground/storage/definitions/definition-files.ts'
import { SnapshotBook } from '#ground/storage/snapshot/snapshot-book.ts'
import type { DryRunSite } from './dry-run-step.ts'
import { storeRules } from './store-rules.ts'

/** A site as trying changes needs it: a connection of its own that only reads. */
export interface OpenBenchSite extends DryRunSite {
  /** Takes what is in force by now. */
  refresh(): void
  close(): void
}

/** Opens the data of a site for reading, beside whoever writes it. */
export function openBenchSite(folder: string, node: string): OpenBenchSite {
  const database = openDatabase(join(folder, databaseName), 'read')
  const stores = new SqliteStores(database, idleSettings(folder, node), storeRules)
  const book = new SnapshotBook(join(folder, 'directory'))
  const definitions = new DefinitionFiles(join(folder, 'definitions'), readDefinitions, shippedDefinitions)
  return {
    book,
    ledger: stores.ledger,
    settingsOf: (scope) => stores.policy.settingsOf(scope),
    trace(id) {
      const found = stores.ledger.read(id)
      return found?.kind === 'message' ? found : null
    },
    readContent(id) {
      const body = stores.messages.readBody(id)
      if (body === null || body.kind === 'damaged') return null
      return body.kind === 'inline'
        ? { bytes: Buffer.from(body.bytes.buffer, body.bytes.byteOffset, body.bytes.byteLength) }
        : { path: body.path, size: body.size, ...(body.dataKey && { dataKey: body.dataKey }) }
    },
    definitions: () => definitions.current(),
    refresh() {
      book.refresh()
      definitions.refresh()
    },
    close() {
      book.close()
      database.close()
    },
  }
}
