import type { SQLInputValue } from 'node:sqlite'
import { firstIdAt, longestSessionMs } from '#ground/platform/ids.ts'
import { probeTenant } from '#ground/platform/probe-tenant.ts'
import { writeRecipients } from '#ground/platform/recipient-list.ts'
import type { AffectedQuery, FoundLine } from '#services/ledger/ledger-store.ts'
import { recipientsWithin } from './recipients-within.ts'
import type { Statements } from './statements.ts'
import {
  type Condition,
  deliveryWithin,
  given,
  join,
  refusalWithin,
  someRecipient,
} from './trace-conditions.ts'

/**
 * Who was hit: each delivery with an event that matches, once, with its first such event and its state now;
 * then the refusals that match. Keys walk in order of the ledger, so pages neither miss nor repeat a line.
 */
export function findAffected(
  statements: Statements,
  query: AffectedQuery,
  after: string,
  limit: number,
): { lines: FoundLine[]; next: string | null } {
  if (after.startsWith('r')) return pageOfRefusals(statements, query, after.slice(1), limit)
  const stretch = after === '' ? findStretch(statements, query) : readStretch(after)
  const found = query.kind === 'refused' ? [] : eventLines(statements, query, stretch, limit)
  const lines = found.map(({ seq: _seq, ...line }) => line)
  const last = found.at(-1)
  if (last && found.length === limit) return { lines, next: `e${last.seq + 1}-${stretch.last}` }
  if (query.messageIds) return { lines, next: null }
  const rest = pageOfRefusals(statements, query, '', limit)
  return { lines: [...lines, ...rest.lines], next: rest.next }
}

function pageOfRefusals(
  statements: Statements,
  query: AffectedQuery,
  after: string,
  limit: number,
): { lines: FoundLine[]; next: string | null } {
  const lines = refusalLines(statements, query, after, limit)
  return { lines, next: lines.length === limit ? `r${lines.at(-1)?.messageId}` : null }
}

type EventLine = Omit<FoundLine, 'contentKept' | 'client'> & { seq: number; kept: number; client: string }

function eventLines(
  statements: Statements,
  query: AffectedQuery,
  { first, last }: Stretch,
  limit: number,
): (FoundLine & { seq: number })[] {
  const { sql, values } = eventConditions(query)
  const judged = findingConditions(query, 'm.explanation')
  const whose = deliveryConditions(query)
  const named = messageConditions(query)
  return statements
    .all<EventLine>(
      `SELECT e.seq AS seq, e.message_id AS messageId, e.n AS n, e.tenant AS tenant, m.mail_from AS mailFrom, d.rcpt_to AS rcptTo, m.subject AS subject,
       e.kind AS happened, e.at AS happenedAt, d.accepted_at AS acceptedAt,
       (SELECT min(g.at) FROM events g INDEXED BY events_message WHERE g.message_id = e.message_id AND g.n = e.n AND g.kind IN (${ends})) AS endedAt, e.node AS node, e.reason AS reason, ${replyOf('e')} AS reply,
       d.state AS state, d.reason AS stateReason, d.due_at AS dueAt, m.keep_until AS keepUntil, m.client AS client,
       EXISTS (SELECT 1 FROM bodies b WHERE b.message_id = e.message_id) AS kept
     FROM events e ${query.messageIds ? 'INDEXED BY events_message' : 'NOT INDEXED'} CROSS JOIN deliveries d ON d.message_id = e.message_id AND d.n = e.n CROSS JOIN messages m ON m.id = e.message_id
     WHERE e.seq >= ? AND e.seq <= ? AND ${named.sql} AND ${sql} AND ${judged.sql} AND ${whose.sql}
       AND NOT EXISTS (SELECT 1 FROM events f INDEXED BY events_message WHERE f.message_id = e.message_id AND f.n = e.n AND f.seq < e.seq AND ${sql.replaceAll('e.', 'f.')})
     ORDER BY e.seq LIMIT ?`,
      first,
      last,
      ...named.values,
      ...values,
      ...judged.values,
      ...whose.values,
      ...values,
      limit,
    )
    .map(({ kept, client, ...line }) => ({ ...line, contentKept: kept === 1, client: readClient(client) }))
}

/** Reply in the detail of an event. Text that is no JSON cannot be there; a missing one counts as empty. */
function replyOf(table: string): string {
  return `ifnull(json_extract(${table}.detail, '$.reply'), '')`
}

function readClient(text: string): { ip: string; helo: string } {
  const { ip = '', helo = '' } = JSON.parse(text) as { ip?: string; helo?: string }
  return { ip, helo }
}

/** Sequence numbers, both included. */
interface Stretch {
  readonly first: number
  readonly last: number
}

/**
 * The stretch of the ledger that holds every event of a stretch of time. Sequence numbers are given in the order of
 * writing and times come from callers a moment earlier, or from a clock that was set back, so neither end can be
 * guessed from the other: both are looked up, once for all pages, and the time itself is compared too.
 */
function findStretch(statements: Statements, { since, until }: AffectedQuery): Stretch {
  const row = statements.get<{ first: number | null; last: number | null }>(
    'SELECT min(seq) AS first, max(seq) AS last FROM events INDEXED BY events_at WHERE at >= ? AND at <= ?',
    since,
    until,
  )
  return { first: row?.first ?? 0, last: row?.last ?? -1 }
}

/** The rest of a stretch, from the key of a page: `e17-4711`. */
function readStretch(key: string): Stretch {
  const [first, last] = key.slice(1).split('-').map(Number)
  return { first: first ?? 0, last: last ?? -1 }
}

function eventConditions(query: AffectedQuery): { sql: string; values: SQLInputValue[] } {
  const parts = ['e.at >= ?', 'e.at <= ?', 'e.n IS NOT NULL']
  const values: SQLInputValue[] = [query.since, query.until]
  const add = (value: string | undefined, sql: string) => {
    if (value === undefined) return
    parts.push(sql)
    values.push(value)
  }
  add(query.reason, 'e.reason = ?')
  add(query.kind, 'e.kind = ?')
  add(query.node, 'e.node = ?')
  add(query.tenant, 'e.tenant = ?')
  add(query.reply, `instr(lower(${replyOf('e')}), lower(?)) > 0`)
  return { sql: `(${parts.join(' AND ')})`, values }
}

function messageConditions({ messageIds }: AffectedQuery): Condition {
  if (messageIds === undefined) return { sql: 'TRUE', values: [] }
  return { sql: 'e.message_id IN (SELECT value FROM json_each(?))', values: [JSON.stringify(messageIds)] }
}

/** Ends of a road: what has met one waits no more. */
const ends = `'delivered', 'returned', 'quarantined', 'held', 'sealed', 'discarded'`

/** Conditions on the delivery itself, and on how long it took. */
function deliveryConditions({ direction, domain, lateBy, within }: AffectedQuery): Condition {
  const parts: Condition[] = [
    // What the platform sends to itself hits nobody.
    { sql: 'd.tenant <> ?', values: [probeTenant] },
    ...given(direction, (each) => ({ sql: 'd.direction = ?', values: [each] })),
    ...given(domain, (each) => ({
      sql: `lower(substr(d.rcpt_to, -length(?))) = lower(?)`,
      values: [`@${each}`, `@${each}`],
    })),
    ...given(lateBy, (each) => ({
      sql: `e.kind = 'accepted' AND e.at + ? <= ? AND NOT EXISTS (SELECT 1 FROM events g INDEXED BY events_message
        WHERE g.message_id = e.message_id AND g.n = e.n AND g.kind IN (${ends}) AND g.at <= e.at + ?)`,
      values: [each, Date.now(), each],
    })),
    ...given(within, (each) => deliveryWithin(each, 'm')),
  ]
  return { sql: join(parts), values: parts.flatMap((each) => each.values) }
}

/** What a check could not do: its code, or that it says so itself. Made-up codes of rules are no such thing. */
const couldNotCheck = `(f.value ->> '$.code' GLOB '*-temperror' OR f.value ->> '$.code' GLOB '*-unavailable'
  OR f.value ->> '$.code' = 'inspection-unfinished' OR f.value ->> '$.incomplete' = 'later')`

/** Conditions on the findings that a column keeps in `$.findings`. */
function findingConditions(query: AffectedQuery, column: string): { sql: string; values: SQLInputValue[] } {
  const parts: string[] = []
  const codes = query.findings ?? []
  if (codes.length > 0) parts.push(`(${codes.map(() => `f.value ->> '$.code' GLOB ?`).join(' OR ')})`)
  const each = (condition: string) =>
    `EXISTS (SELECT 1 FROM json_each(${column}, '$.findings') f WHERE ${condition})`
  const conditions = [...parts.map(each), ...(query.onError ? [each(couldNotCheck)] : [])]
  return { sql: conditions.join(' AND ') || 'TRUE', values: codes.map(toGlob) }
}

/** `*` stands for anything, and nothing else does. */
function toGlob(pattern: string): string {
  return pattern.replace(/[?[]/g, '[$&]')
}

type RefusalLine = Omit<
  FoundLine,
  'contentKept' | 'state' | 'n' | 'happened' | 'acceptedAt' | 'endedAt' | 'dueAt' | 'keepUntil' | 'client'
> & {
  client: string
}

function refusalLines(
  statements: Statements,
  query: AffectedQuery,
  afterId: string,
  limit: number,
): FoundLine[] {
  if (query.kind !== undefined && query.kind !== 'refused') return []
  if (query.lateBy !== undefined || (query.direction ?? 'inbound') !== 'inbound') return []
  // There is no bound above: after a clock was set back, ids go on from the highest one.
  const first = firstIdAt(query.since - longestSessionMs)
  const parts = ['at >= ?', 'at <= ?', 'id > ?']
  const values: SQLInputValue[] = [query.since, query.until, afterId > first ? afterId : first]
  for (const [value, sql] of [
    [query.reason, 'reason = ?'],
    [query.node, 'node = ?'],
    [query.tenant, 'tenant = ?'],
    [query.reply, "instr(lower(code || ' ' || enhanced || ' ' || text), lower(?)) > 0"],
  ] as const) {
    if (value === undefined) continue
    parts.push(sql)
    values.push(value)
  }
  const atDomain = (address: string) =>
    given(query.domain, (each) => ({
      sql: `lower(substr(${address}, -length(?))) = lower(?)`,
      values: [`@${each}`, `@${each}`],
    }))
  for (const { sql, values: more } of [
    findingConditions(query, 'detail'),
    query.within ? refusalWithin(query.within, atDomain) : someRecipient(atDomain),
  ]) {
    parts.push(sql)
    values.push(...more)
  }
  return statements
    .all<RefusalLine>(
      `SELECT id AS messageId, tenant, mail_from AS mailFrom, rcpt_to AS rcptTo, subject, at AS happenedAt, node, reason, reason AS stateReason, client,
       code || ' ' || enhanced || ' ' || text AS reply
     FROM refusals WHERE ${parts.join(' AND ')} ORDER BY id LIMIT ?`,
      ...values,
      limit,
    )
    .map((line) => ({
      ...line,
      rcptTo: writeRecipients(recipientsWithin(statements, query.within, line.rcptTo)),
      client: readClient(line.client),
      n: null,
      happened: 'refused',
      acceptedAt: null,
      endedAt: null,
      state: 'refused',
      dueAt: null,
      keepUntil: null,
      contentKept: false,
    }))
}
