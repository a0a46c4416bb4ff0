import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { databaseName } from '../../server/src/ground/storage/database/open-database.ts'
import type { TestSite } from './site.ts'

/** Writes to the store of a site as another process would, and does not come to its end: nobody else can write. Answers what ends it. */
export function lockStore(site: TestSite, waitMs = 5000): () => void {
  const database = new DatabaseSync(join(site.folder, 'data', databaseName), { timeout: waitMs })
  try {
    database.exec('BEGIN IMMEDIATE')
  } catch (cause) {
    database.close()
    throw cause
  }
  return () => {
    database.exec('ROLLBACK')
    database.close()
  }
}
