import type { DatabaseSync } from 'node:sqlite'
import { stillRuns } from './still-runs.ts'

/** A change of the schema that would take the running version, or the mail, down. Nothing of it has been done. */
export class MigrationRefusedError extends Error {
  readonly code = 'migration-refused'
  constructor(change: number, why: string) {
    super(
      `change ${change} of the database is refused: ${why}. The database is as it was, and other versions go on with it`,
    )
    this.name = 'MigrationRefusedError'
  }
}

/** An index over more rows than these, or a table filled from them, would keep writers waiting for longer than 2 s on a slow disk. */
const mostRowsBeside = 200_000

/**
 * Lets only those changes of the schema through that a program of the version before can live with, whichever is
 * started first and last: new tables, new columns that it need not fill, new indexes that refuse nothing. What would
 * hold its writers up waits until no other process runs.
 * @param change number of the change, counted from 1
 * @throws MigrationRefusedError
 */
export function assertSafeChange(database: DatabaseSync, change: number, sql: string): void {
  const made = new Set<string>()
  for (const statement of statementsOf(sql)) {
    const why = whyUnsafe(database, statement, made)
    if (why !== null) throw new MigrationRefusedError(change, why)
  }
}

/** No change of ours has a semicolon or two dashes within a text; one that had would be refused, not misread. */
function statementsOf(sql: string): string[] {
  return sql
    .replace(/--[^\n]*/g, '')
    .split(';')
    .map((each) => each.trim().replace(/\s+/g, ' '))
    .filter((each) => each !== '')
}

/** @param made tables of this change so far, in small letters: a name means the same in capitals */
function whyUnsafe(database: DatabaseSync, statement: string, made: Set<string>): string | null {
  const table = /^CREATE (?:VIRTUAL )?TABLE (\w+)/i.exec(statement)?.[1]
  if (table !== undefined) {
    made.add(table.toLowerCase())
    return /^CREATE TABLE \w+ AS\b/i.test(statement) ? whyNoFilling(database, table, statement) : null
  }
  const index = /^CREATE (UNIQUE )?INDEX \w+ ON (\w+)/i.exec(statement)
  if (index) return whyNoIndex(database, index[2] ?? '', index[1] !== undefined, made)
  const column = /^ALTER TABLE (\w+) ADD COLUMN (\w+)/i.exec(statement)
  if (column) return whyNoColumn(column[1] ?? '', column[2] ?? '', statement.slice(column[0].length))
  const filled = /^INSERT INTO (\w+)/i.exec(statement)?.[1]
  if (filled !== undefined && made.has(filled.toLowerCase())) return whyNoFilling(database, filled, statement)
  return `"${statement.slice(0, 80)}" may break a version that runs; add what is new beside what is there, and take the old away in a later version`
}

function whyNoIndex(
  database: DatabaseSync,
  table: string,
  isUnique: boolean,
  made: ReadonlySet<string>,
): string | null {
  if (made.has(table.toLowerCase())) return null
  if (isUnique) return `a unique index on ${table} would refuse what a version that runs writes there`
  if (!othersRun(database) || rowsUpTo(database, table) <= mostRowsBeside) return null
  return `an index on ${table}, which has more than ${mostRowsBeside} rows, would hold up mail for longer than 2 s; stop all processes of Mailkeep on this data folder and start this version again`
}

/** A table is filled while nobody else can write: by what it reads, or for as long as it counts by itself. */
function whyNoFilling(database: DatabaseSync, table: string, statement: string): string | null {
  if (!othersRun(database)) return null
  const alone = 'stop all processes of Mailkeep on this data folder and start this version again'
  if (/\bWITH RECURSIVE\b/i.test(statement))
    return `filling ${table} step by step may hold up mail for longer than 2 s; ${alone}`
  const words = new Set(statement.toLowerCase().match(/\w+/g))
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
  const large = (tables as { name: string }[]).find(
    ({ name }) => words.has(name.toLowerCase()) && rowsUpTo(database, name) > mostRowsBeside,
  )
  if (!large) return null
  return `filling ${table} from ${large.name}, which has more than ${mostRowsBeside} rows, would hold up mail for longer than 2 s; ${alone}`
}

function whyNoColumn(table: string, column: string, definition: string): string | null {
  if (/\b(UNIQUE|PRIMARY|CHECK|REFERENCES|GENERATED)\b/i.test(definition))
    return `the new column ${table}.${column} would refuse what a version that runs writes`
  if (/\bNOT NULL\b/i.test(definition) && !/\bDEFAULT\b/i.test(definition))
    return `the new column ${table}.${column} has no default, and a version that runs does not fill it`
  return null
}

function rowsUpTo(database: DatabaseSync, table: string): number {
  const limit = mostRowsBeside + 1
  const row = database.prepare(`SELECT count(*) AS n FROM (SELECT 1 FROM ${table} LIMIT ${limit})`).get()
  return (row as { n: number }).n
}

/** Whether a process of this machine has the database in use, as far as it has told. */
function othersRun(database: DatabaseSync): boolean {
  const told = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'processes'").get()
  if (told === undefined) return false
  const rows = database.prepare('SELECT pid, seen_at AS seenAt FROM processes').all()
  return (rows as { pid: number; seenAt: number }[]).some(
    ({ pid, seenAt }) => pid !== process.pid && stillRuns(pid, seenAt),
  )
}
