import { membersWithGroups } from './scim-members.ts'
import type { Statements } from './statements.ts'
import { namesOneOf } from './whole-address.ts'

type Row = Readonly<Record<string, unknown>>

/** A row that may name a person, and the place to go on from behind it. */
interface Candidate {
  readonly after: string
  /** What is kept there about him; empty: it is somebody else whose address has his in it. */
  readonly records: readonly Row[]
}
type Part = (statements: Statements, whom: Whom, after: string, limit: number) => Candidate[]

/** Whom is looked for: by his addresses, in lower case. */
interface Whom {
  readonly addresses: readonly string[]
  /** Whether a text names one of them whole. */
  readonly isIn: (text: string) => boolean
}

/** Who was made by which source, what directories have pushed, files that were sent in, lines of runs. */
const parts: readonly Part[] = [listPeople, listPushed, listFiles, listLines]

/**
 * What user sync keeps about a person, page by page. Names stand within texts there, so all of it is read: nothing for
 * the thread that mail is written by.
 */
export function listSynced(
  statements: Statements,
  addresses: readonly string[],
  after: string,
  limit: number,
): { records: Row[]; next: string | null } {
  const [, place = '0', behind = ''] = /^(\d+):(.*)$/s.exec(after) ?? []
  const whom = { addresses, isIn: (text: string) => namesOneOf(text, addresses) }
  const found = parts[Number(place)]?.(statements, whom, behind, limit) ?? []
  const last = found.at(-1)
  const isEnd = !last && Number(place) + 1 >= parts.length
  return {
    records: found.flatMap(({ records }) => records),
    next: last ? `${place}:${last.after}` : isEnd ? null : `${Number(place) + 1}:`,
  }
}

/** Removes lines of runs, by run and number; answers how many. */
export function eraseLines(statements: Statements, lines: readonly (readonly [string, number])[]): number {
  return statements.run(
    `DELETE FROM sync_lines WHERE (run, n) IN
       (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?))`,
    JSON.stringify(lines),
  )
}

function listPeople(statements: Statements, { addresses }: Whom, after: string, limit: number): Candidate[] {
  return statements
    .all<{ address: string; groups: string }>(
      `SELECT * FROM sync_people WHERE address IN (SELECT value FROM json_each(?)) AND address > ?
       ORDER BY address LIMIT ?`,
      JSON.stringify(addresses),
      after,
      limit,
    )
    .map((row) => ({
      after: row.address,
      records: [{ table: 'sync_people', ...row, groups: JSON.parse(row.groups) }],
    }))
}

function listPushed(statements: Statements, whom: Whom, after: string, limit: number): Candidate[] {
  return statements
    .all<{ place: number; source: string; id: string; body: string; groups: string }>(
      `SELECT r.rowid AS place, r.source, r.id, r.body,
         (SELECT json_group_array(json_extract(g.body, '$.displayName')) FROM ${membersWithGroups}
          WHERE m.source = r.source AND m.member = r.id) AS groups
       FROM scim_resources r WHERE r.rowid > ? AND r.kind = 'user' AND ${within('r.body')} ORDER BY r.rowid LIMIT ?`,
      Number(after),
      JSON.stringify(whom.addresses),
      limit,
    )
    .map(({ place, source, id, body, groups }) => ({
      after: String(place),
      records: whom.isIn(body)
        ? [{ table: 'scim_resources', source, id, ...JSON.parse(body), groups: JSON.parse(groups) }]
        : [],
    }))
}

/** One at a time: a file may have some megabytes. */
function listFiles(statements: Statements, whom: Whom, after: string): Candidate[] {
  return statements
    .all<{ source: string; content: string }>(
      `SELECT source, content FROM sync_files WHERE source > ? AND ${within('content')} ORDER BY source LIMIT 1`,
      after,
      JSON.stringify(whom.addresses),
    )
    .map(({ source, content }) => ({
      after: source,
      records: content
        .split(/\r?\n/)
        .filter(whom.isIn)
        .map((line) => ({ table: 'sync_files', source, line })),
    }))
}

function listLines(statements: Statements, whom: Whom, after: string, limit: number): Candidate[] {
  const [run = '', n = '0'] = after.split(' ')
  return statements
    .all<{
      run: string
      n: number
      address: string
      before: string | null
      after: string | null
      why: string
    }>(
      `SELECT l.*, (SELECT source FROM sync_runs WHERE id = l.run) AS source FROM sync_lines l
       WHERE (l.run, l.n) > (?, ?) AND ${within("l.address || ifnull(l.before, '') || ifnull(l.after, '') || l.why")}
       ORDER BY l.run, l.n LIMIT ?`,
      run,
      Number(n),
      JSON.stringify(whom.addresses),
      limit,
    )
    .map((row) => ({
      after: `${row.run} ${row.n}`,
      records: whom.isIn([row.address, row.before, row.after, row.why].join(' '))
        ? [{ table: 'sync_lines', ...row, before: read(row.before), after: read(row.after) }]
        : [],
    }))
}

function read(text: string | null): unknown {
  return text && JSON.parse(text)
}

/** That one of the addresses (a list as JSON) stands within a text, maybe as a part of a longer one. */
function within(text: string): string {
  return `EXISTS (SELECT 1 FROM json_each(?) WHERE instr(lower(${text}), value) > 0)`
}
