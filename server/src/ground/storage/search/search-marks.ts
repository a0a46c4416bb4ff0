import type { DatabaseSync } from 'node:sqlite'
import type { Statements } from '../database/statements.ts'
import { placesPerMinute, startOfMinute } from './places.ts'

/** What is wrong with the entries of a minute: some are not there, or some are there twice. */
export type MarkKind = 'missing' | 'double'

interface Mark {
  readonly minute: number
  readonly kind: MarkKind
  readonly entries: number
  readonly foundAt: number
  readonly mendedAt: number | null
}

const keptMs = 30 * 86_400_000

/**
 * What the index should hold of each minute, and the minutes in which it was found to hold something else. The sums are
 * written with the entries, in one transaction: so whoever takes entries away, or puts some in, differs from them.
 */
export const marksSchema = `
CREATE TABLE stretches (
  minute INTEGER PRIMARY KEY,
  entries INTEGER NOT NULL,
  sums INTEGER NOT NULL
);
CREATE TABLE compared (
  log TEXT PRIMARY KEY,
  seq INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE marks (
  minute INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  entries INTEGER NOT NULL,
  found_at INTEGER NOT NULL,
  mended_at INTEGER
);
INSERT INTO compared (log, seq) SELECT log, seq FROM positions;
`

/** How far each log was read, and how much of it was passed over. */
const standing = `SELECT p.log AS log, p.seq AS seq,
  (SELECT ifnull(sum(g.last - g.first + 1), 0) FROM gaps g WHERE g.log = p.log) AS behind FROM positions p`

/** Says that the sums of a log go as far as its entries, which have all terms of today; in the transaction that wrote both. */
export function noteSummed(index: Statements, log: string): void {
  index.run(
    `INSERT OR REPLACE INTO summed (log, seq, behind, rules, own) SELECT w.*, 1, 1 FROM (${standing} WHERE p.log = ?) w`,
    log,
  )
}

/**
 * Takes the sums from the entries where somebody has read on without writing sums: a process of before there were any,
 * beside this one or gone back to. What he took in is no fault.
 */
export function keepInStep(database: DatabaseSync): void {
  database.exec(
    'CREATE TABLE IF NOT EXISTS summed (log TEXT PRIMARY KEY, seq INTEGER NOT NULL, behind INTEGER NOT NULL) WITHOUT ROWID',
  )
  const differs = database
    .prepare(
      `SELECT 1 FROM (${standing}) w LEFT JOIN summed s ON s.log = w.log WHERE s.seq IS NOT w.seq OR s.behind IS NOT w.behind`,
    )
    .get()
  if (differs === undefined) return
  database.exec(`BEGIN IMMEDIATE;
    DELETE FROM stretches;
    INSERT INTO stretches (minute, entries, sums)
      SELECT place / ${placesPerMinute}, count(*), sum(sum) FROM entries GROUP BY 1;
    INSERT OR REPLACE INTO summed (log, seq, behind) ${standing};
    COMMIT`)
}

/** Whether minutes are marked in it: a process of before there were marks keeps an index without them. */
export function hasMarks(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'marks'").get() !== undefined
}

/** Marks minutes that are wrong; one that is marked already keeps its moment. */
export function mark(index: Statements, minute: number, kind: MarkKind, entries: number, now: number): void {
  index.run(
    `INSERT INTO marks (minute, kind, entries, found_at) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET kind = excluded.kind, entries = excluded.entries, found_at = excluded.found_at, mended_at = NULL
     WHERE mended_at IS NOT NULL`,
    minute,
    kind,
    entries,
    now,
  )
}

/** Says that a minute is whole again, and forgets what was mended long ago. */
export function unmark(index: Statements, minute: number, now: number): void {
  index.run('UPDATE marks SET mended_at = ? WHERE minute = ?', now, minute)
  index.run('DELETE FROM marks WHERE mended_at < ?', now - keptMs)
}

/** The newest minute that is still wrong; undefined: there is none. */
export function nextMarked(index: Statements): number | undefined {
  return index.get<{ minute: number }>(
    'SELECT minute FROM marks WHERE mended_at IS NULL ORDER BY minute DESC LIMIT 1',
  )?.minute
}

/** A stretch of time of which the index lacks something or has something twice. */
export interface MarkedStretch {
  readonly since: number
  readonly until: number
  readonly kind: MarkKind
  /** How many there are too few, or too many. */
  readonly entries: number
  /** When it was found. */
  readonly foundAt: number
  /** When it was mended; null: not yet. */
  readonly mendedAt: number | null
}

/** When the first minute begins that still lacks something; null: none does. */
export function firstLacking(index: Statements): number | null {
  const { minute } = index.get<{ minute: number | null }>(
    `SELECT min(minute) AS minute FROM marks WHERE mended_at IS NULL AND kind = 'missing'`,
  ) ?? { minute: null }
  return minute === null ? null : startOfMinute(minute)
}

/** Minutes that are wrong now, as stretches, the oldest first; then those that were mended since a moment. */
export function readMarked(index: Statements, mendedSince: number, limit: number): MarkedStretch[] {
  const open = joinMinutes(index.all<Mark>(`${selectMarks} WHERE mended_at IS NULL ORDER BY minute`), limit)
  const mended = index.all<Mark>(`${selectMarks} WHERE mended_at >= ? ORDER BY minute`, mendedSince)
  return [...open, ...joinMinutes(mended, limit - open.length)]
}

const selectMarks = 'SELECT minute, kind, entries, found_at AS foundAt, mended_at AS mendedAt FROM marks'

function joinMinutes(marks: readonly Mark[], limit: number): MarkedStretch[] {
  const stretches: MarkedStretch[] = []
  for (const { minute, kind, entries, foundAt, mendedAt } of marks) {
    const [since, until] = [startOfMinute(minute), startOfMinute(minute + 1)]
    const last = stretches.at(-1)
    if (last?.until === since && last.kind === kind)
      stretches[stretches.length - 1] = { ...last, until, entries: last.entries + entries }
    else if (stretches.length >= limit) break
    else stretches.push({ since, until, kind, entries, foundAt, mendedAt })
  }
  return stretches
}
