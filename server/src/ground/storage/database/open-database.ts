import { DatabaseSync } from 'node:sqlite'
import { migrations } from './schema.ts'

/** The database file within the folder of all data. */
export const databaseName = 'mailkeep.db'

/** An older Mailkeep met a database that a newer one has changed. */
export class SchemaTooNewError extends Error {
  readonly code = 'schema-too-new'
  constructor(found: number) {
    super(
      `the database has schema ${found}, this version knows up to ${migrations.length}; start the newer version that wrote it`,
    )
    this.name = 'SchemaTooNewError'
  }
}

/**
 * Opens the database file with full durability: a commit that returned has been synced.
 * Writers wait up to 10 s for each other (the server and a command beside it).
 */
export function openDatabase(path: string, mode: 'write' | 'read'): DatabaseSync {
  const database = new DatabaseSync(path, {
    readOnly: mode === 'read',
    timeout: 10_000,
    enableForeignKeyConstraints: true,
  })
  if (mode === 'read') {
    database.exec('PRAGMA query_only = 1; PRAGMA cache_size = -4096')
    return database
  }
  // 8 KiB pages: most messages then fit a few overflow pages; see docs/decisions/0003-spool-format.md.
  database.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  database.exec('PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 2000; PRAGMA temp_store = MEMORY')
  migrate(database)
  return database
}

function migrate(database: DatabaseSync): void {
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number }
  if (version > migrations.length) throw new SchemaTooNewError(version)
  for (let next = version; next < migrations.length; next++) {
    database.exec('BEGIN IMMEDIATE')
    try {
      const { user_version: now } = database.prepare('PRAGMA user_version').get() as { user_version: number }
      // Two processes may start at once: the one that came second finds the work done.
      if (now <= next) database.exec(`${migrations[next]}; PRAGMA user_version = ${next + 1}`)
      database.exec('COMMIT')
    } catch (cause) {
      database.exec('ROLLBACK')
      throw cause
    }
  }
}
