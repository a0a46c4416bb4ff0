import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { longerKeptSchema } from './longer-kept.ts'
import { personNamesSchema } from './person-names.ts'

/** What `snapshot.json` says: which file is in force, and when it was last found to be true. */
export interface SnapshotPointer {
  readonly version: number
  readonly file: string
  readonly checkedAt: number
}

/** Tables of a snapshot file. It is written once, then only read. */
export const snapshotSchema = `
CREATE TABLE domains (name TEXT PRIMARY KEY, tenant TEXT NOT NULL, next_hop TEXT NOT NULL, policy TEXT NOT NULL, added_at INTEGER) WITHOUT ROWID;
CREATE TABLE domain_scopes (domain TEXT PRIMARY KEY, scopes TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE person_scopes (address TEXT PRIMARY KEY, scopes TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE levels (scope TEXT PRIMARY KEY, settings TEXT NOT NULL, locked TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE rules (scope TEXT NOT NULL, position INTEGER NOT NULL, id TEXT NOT NULL, locked INTEGER NOT NULL, rule TEXT NOT NULL, PRIMARY KEY (scope, position, id)) WITHOUT ROWID;
CREATE TABLE sender_lists (entry TEXT NOT NULL, scope TEXT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (entry, scope, kind)) WITHOUT ROWID;
CREATE TABLE people (address TEXT PRIMARY KEY, domain TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX people_domain ON people (domain);
CREATE TABLE lost (address TEXT PRIMARY KEY, domain TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE removed (address TEXT PRIMARY KEY, domain TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE relays (id TEXT PRIMARY KEY, tenant TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, domains TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE logins (login TEXT PRIMARY KEY, tenant TEXT NOT NULL, domains TEXT NOT NULL, addresses TEXT, passwords TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE candidates (scope TEXT PRIMARY KEY, id TEXT NOT NULL, stage TEXT NOT NULL, share REAL NOT NULL, people TEXT NOT NULL, proposal TEXT NOT NULL, since INTEGER) WITHOUT ROWID;
CREATE TABLE signers (domain TEXT NOT NULL, selector TEXT NOT NULL, sealed TEXT NOT NULL, PRIMARY KEY (domain, selector)) WITHOUT ROWID;
${longerKeptSchema}${personNamesSchema}CREATE TABLE complete (yes INTEGER);
`

/** What stands in `lost` for every address of a domain that is gone. */
export function lostDomainKey(domain: string): string {
  return `@${domain}`
}

export function pointerPath(folder: string): string {
  return join(folder, 'snapshot.json')
}

/** Opens a snapshot file to read. It never changes: it is locked once, and not at each question. @throws where there is none */
export function openToRead(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true })
  database.exec('BEGIN')
  return database
}

/** Null: there is no snapshot yet, or the pointer cannot be read. */
export function readPointer(folder: string): SnapshotPointer | null {
  try {
    return JSON.parse(readFileSync(pointerPath(folder), 'utf8')) as SnapshotPointer
  } catch {
    return null
  }
}

/** Replaces the pointer in one step: a reader sees the old one or the new one, whole. */
export function writePointer(folder: string, pointer: SnapshotPointer): void {
  const temporary = `${pointerPath(folder)}.new`
  writeFileSync(temporary, JSON.stringify(pointer))
  sync(temporary)
  renameSync(temporary, pointerPath(folder))
  sync(dirname(pointerPath(folder)))
}

function sync(path: string): void {
  const file = openSync(path, 'r')
  fsyncSync(file)
  closeSync(file)
}
