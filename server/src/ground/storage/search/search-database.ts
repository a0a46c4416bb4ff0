import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe } from '../database/store-answer.ts'
import { vocabulary } from './beginnings.ts'
import { hasMarks, keepInStep, marksSchema } from './search-marks.ts'
import { ownTerms, ruleTerms } from './terms-since.ts'

/** Raised when entries change in a way that older ones have to be made anew: then the index is built once more. */
const version = 1

/**
 * The index is a database of its own: what writes to it never waits for mail, nor mail for it, and it may be on
 * another disk, read-only, full or gone. All of it can be made again from the ledger, so its commits are not synced
 * one by one; after a power loss it is whole, and perhaps a little behind.
 *
 * `entries` names each delivery by its place in the order of time; `terms` finds places by what deliveries are known
 * by; `positions` says how far each log was read, and what stood there; `gaps` what was passed over to come back to.
 */
const schema = `
CREATE TABLE entries (
  place INTEGER PRIMARY KEY,
  message_id TEXT NOT NULL,
  n INTEGER,
  sum INTEGER NOT NULL
);
CREATE VIRTUAL TABLE terms USING fts5 (known_by, content='', contentless_delete=1, detail=none, tokenize='ascii');
CREATE TABLE positions (
  log TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  mark TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE gaps (
  log TEXT NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (log, first)
) WITHOUT ROWID;
PRAGMA user_version = ${version};
`

/** Opens the index for writing. One that is damaged, or of another version, is set aside and begun anew. */
export function openIndex(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  try {
    return open(path)
  } catch (cause) {
    // Full, read-only or in use is no damage: it passes, and what is there stays good.
    if (!isDamaged(cause)) throw cause
    setAside(path)
    return open(path)
  }
}

/** Opens it for reading only. @throws Error while there is none, or it is being built anew */
export function openIndexToRead(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 1000 })
  database.exec(`${vocabulary}; PRAGMA query_only = 1`)
  database.exec('PRAGMA cache_size = -16384; PRAGMA mmap_size = 1073741824')
  if (versionOf(database) !== version) {
    database.close()
    throw new NotBuilt()
  }
  return database
}

/** What stands in for an index that is not there: it knows of nothing, and says so. */
export function openEmptyIndex(): DatabaseSync {
  const database = new DatabaseSync(':memory:')
  database.exec(`${schema} ${marksSchema} ${vocabulary}`)
  return database
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 5000 })
  try {
    database.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    database.exec('PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000')
    const found = versionOf(database)
    if (found !== version && found !== 0) throw new OtherVersion()
    if (found === 0) database.exec(`BEGIN IMMEDIATE; ${schema} COMMIT`)
    // An index from before there were sums gets them from what it has.
    if (!hasMarks(database)) database.exec(`BEGIN IMMEDIATE; ${marksSchema} COMMIT`)
    keepInStep(database)
    ruleTerms.addTo(database)
    ownTerms.addTo(database)
    database.exec(vocabulary)
    return database
  } catch (cause) {
    database.close()
    throw cause
  }
}

class OtherVersion extends Error {}

/** Another process is building it anew, or is about to. */
export class NotBuilt extends Error {}

const [corrupt, notADatabase] = [11, 26]
/** A page is not there: the file is shorter than it was. */
const shortRead = 522

/** Whether an error says that the file itself is no good. */
export function isDamaged(cause: unknown): boolean {
  const code = (cause as { errcode?: number }).errcode ?? 0
  return cause instanceof OtherVersion || code === shortRead || [corrupt, notADatabase].includes(code & 0xff)
}

/** Whether an error says that there is no index that could be read. */
export function isMissing(cause: unknown): boolean {
  return cause instanceof NotBuilt || ['away', 'damaged'].includes(describe(cause).code)
}

/** The last one that was damaged is kept beside, for whoever wants to know why. */
export function setAside(path: string): void {
  for (const end of ['-wal', '-shm']) rmSync(`${path}${end}`, { force: true })
  renameSync(path, `${path}.damaged`)
}

function versionOf(database: DatabaseSync): number {
  return (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version
}
