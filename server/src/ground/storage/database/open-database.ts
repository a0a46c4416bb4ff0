import { DatabaseSync } from 'node:sqlite'
import { beginWriting, writersWaitMs } from './begin-writing.ts'
import { assertSafeChange } from './migration-gate.ts'
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
    timeout: writersWaitMs,
    enableForeignKeyConstraints: true,
  })
  if (mode === 'read') {
    database.exec('PRAGMA query_only = 1; PRAGMA cache_size = -4096')
    return database
  }
  // 8 KiB pages: most messages then fit a few overflow pages; see docs/decisions/0003-spool-format.md.
  database.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  // A server makes its checkpoints beside its commits and ends the log long before (checkpoints.ts).
  database.exec('PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 8000; PRAGMA temp_store = MEMORY')
  // A key of content that is deleted is overwritten, with no page written that would not be written anyway.
  database.exec('PRAGMA secure_delete = FAST')
  migrate(database)
  return database
}

/**
 * Brings the schema up to date, a transaction a change; a new database is made in one, since each transaction has to be
 * synced. Older programs live with what newer ones have added (migration-gate.ts), so a database that is ahead of this
 * program is no error, unless a newer one has said so.
 */
function migrate(database: DatabaseSync): void {
  const before = schemaOf(database)
  if (before.version > migrations.length && before.floor > migrations.length)
    throw new SchemaTooNewError(before.version)
  const atOnce = before.version === 0 ? migrations.length : 1
  for (let next = before.version; next < migrations.length; next += atOnce)
    makeChanges(database, next, next + atOnce)
}

/** Makes changes in one transaction. @param from first of them, counted from 0; @param end the first that is none of them */
function makeChanges(database: DatabaseSync, from: number, end: number): void {
  beginWriting(database)
  try {
    for (let next = from; next < end; next++) {
      // Two processes may start at once: the one that came second finds the work done.
      if (schemaOf(database).version > next) continue
      const change = migrations[next] ?? ''
      assertSafeChange(database, next + 1, change)
      database.exec(`${change}; PRAGMA user_version = ${next + 1}`)
      noteChange(database, next + 1)
    }
    database.exec('COMMIT')
  } catch (cause) {
    database.exec('ROLLBACK')
    throw cause
  }
}

/** The schema that a database has, and the oldest program by its number of changes that can live with it. */
function schemaOf(database: DatabaseSync): { readonly version: number; readonly floor: number } {
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number }
  if (!hasChanges(database)) return { version, floor: version }
  const last = database.prepare('SELECT floor FROM schema_changes ORDER BY version DESC LIMIT 1').get()
  return { version, floor: (last as { floor: number } | undefined)?.floor ?? version }
}

/** When which change was made. The floor stays where it is: every change that the gate lets through is an addition. */
function noteChange(database: DatabaseSync, version: number): void {
  if (!hasChanges(database)) return
  database
    .prepare(
      `INSERT INTO schema_changes (version, at, floor)
       VALUES (?1, ?2, coalesce((SELECT floor FROM schema_changes ORDER BY version DESC LIMIT 1), ?1))`,
    )
    .run(version, Date.now())
}

function hasChanges(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'schema_changes'").get() !== undefined
}
