import { firstIdAt } from '#ground/platform/ids.ts'
import type {
  PeopleCounted,
  PeoplePlace,
  PeopleQuery,
  SeveralCounted,
  SeveralQuery,
} from '#services/statistics/statistics-store.ts'
import { recipientsWithin } from './recipients-within.ts'
import type { Statements } from './statements.ts'
import {
  type EventLine,
  eventColumns,
  type RefusalLine,
  refusalColumns,
  StatisticsCounts,
} from './statistics-counts.ts'
import { refusalWithin } from './trace-conditions.ts'

/** Longest time between the id of a message or a refusal and the moment that it tells, in milliseconds. */
const longestSession = 3 * 3_600_000

/** An entry of a list: behind which one a piece goes on. */
interface Entry {
  readonly id: string
  readonly n: number
}
interface Piece {
  readonly query: PeopleQuery
  readonly address: string
  readonly after: Entry
  readonly limit: number
}
/** Adds a piece of one list; answers its last entry, null where the list has no more, and how many it had. */
type CountPiece = (statements: Statements, piece: Piece, counts: StatisticsCounts) => Counted
interface Counted {
  readonly last: Entry | null
  readonly entries: number
}

/**
 * Counts mail of some people from the ledger, where sums are kept by domain at the least: what came to their addresses,
 * what left from them, and what was refused. Each list is in order of address and time, so the cost goes with the mail of
 * these people and not with that of the house.
 */
export function countPeople(
  statements: Statements,
  query: PeopleQuery,
  from: PeoplePlace | null,
  limit: number,
): PeopleCounted {
  const counts = new StatisticsCounts()
  let left = limit
  for (let address = from?.address ?? 0; address < query.addresses.length; address++) {
    const resumed = from?.address === address ? from : null
    for (const spelling of spellingsOf(statements, query.addresses[address] ?? '')) {
      if (resumed !== null && spelling < resumed.spelling) continue
      const isResumed = resumed?.spelling === spelling
      for (let list = isResumed ? resumed.list : 0; list < lists.length; list++) {
        let after: Entry | null = isResumed && list === resumed.list ? resumed : { id: '', n: -1 }
        while (after !== null) {
          // An address that has nothing costs a look too.
          if (left <= 0)
            return { ...counts.result(), next: { address, spelling, list, id: after.id, n: after.n } }
          const piece: Piece = { query, address: spelling, after, limit: Math.min(left, mostInPiece) }
          const { last, entries } = lists[list]?.(statements, piece, counts) ?? nothing
          after = last
          left -= costOfLook + entries
        }
      }
    }
  }
  return { ...counts.result(), next: null }
}

const mostInPiece = 500
const nothing: Counted = { last: null, entries: 0 }
/** What looking into a list costs beside its entries, in entries. */
const costOfLook = 5

/** The address, and each tag of it that mail was seen with and that nobody has as an address of his own. */
function spellingsOf(statements: Statements, address: string): string[] {
  const at = address.lastIndexOf('@')
  const [local, domain] = [address.slice(0, at), address.slice(at)]
  if (local.includes('+')) return [address]
  const found = new Set<string>()
  for (const column of ['deliveries.rcpt_to', 'messages.mail_from', 'refusals.rcpt_to'] as const)
    for (const tagged of taggedIn(statements, column, local)) if (tagged.endsWith(domain)) found.add(tagged)
  const listed = (each: string) => statements.get('SELECT 1 FROM users WHERE address = ?', each) !== undefined
  return [address, ...[...found].filter((each) => !listed(each))].sort()
}

const indexOf = {
  'deliveries.rcpt_to': 'deliveries INDEXED BY deliveries_recipient',
  'messages.mail_from': 'messages INDEXED BY messages_sender',
  'refusals.rcpt_to': 'refusals INDEXED BY refusals_recipient',
} as const

/** Jumps through an index from one spelling to the next: its cost goes with the tags, not with what came to them. */
function* taggedIn(statements: Statements, column: keyof typeof indexOf, local: string): Generator<string> {
  const name = column.slice(column.indexOf('.') + 1)
  const sql = `SELECT ${name} AS address FROM ${indexOf[column]}
    WHERE ${name} COLLATE NOCASE > ? AND ${name} COLLATE NOCASE < ? ORDER BY ${name} COLLATE NOCASE LIMIT 1`
  // What follows a plus in the order of letters is a comma.
  for (let last = `${local}+`; ; ) {
    const row = statements.get<{ address: string }>(sql, last, `${local},`)
    if (!row) return
    last = row.address.toLowerCase()
    if (!last.includes(', ')) yield last
  }
}

/** Ids never go back, though a clock may. */
const lastId = ({ until }: Pick<PeopleQuery, 'until'>) => firstIdAt(until + longestSession)
const tenantsOf = ({ tenants }: PeopleQuery) => JSON.stringify(tenants)
/** Only what was not settled before the stretch can have an event in it; the row of a delivery tells that. */
const mayHave = '(d.message_id >= ? OR d.settled_at IS NULL OR d.settled_at >= ?)'

/** Mail that came to an address. */
const countReceived: CountPiece = (statements, { query, address, after, limit }, counts) => {
  const page = 'd.rcpt_to COLLATE NOCASE = ? AND (d.message_id, d.n) > (?, ?) AND d.message_id <= ?'
  const until = lastId(query)
  const rows = statements.all<Entry>(
    `SELECT d.message_id AS id, d.n FROM deliveries d INDEXED BY deliveries_recipient WHERE ${page}
     ORDER BY d.message_id, d.n LIMIT ?`,
    ...[address, after.id, after.n, until, limit],
  )
  const last = rows.at(-1)
  if (!last) return nothing
  const events = statements.all<EventLine>(
    `SELECT ${eventColumns} FROM deliveries d INDEXED BY deliveries_recipient
       CROSS JOIN events e INDEXED BY events_message ON e.message_id = d.message_id AND e.n = d.n AND e.at >= ? AND e.at < ?
       JOIN messages m ON m.id = d.message_id
     WHERE ${page} AND (d.message_id, d.n) <= (?, ?) AND d.direction <> 'outbound'
       AND d.tenant IN (SELECT value FROM json_each(?)) AND ${mayHave}`,
    ...[query.since, query.until, address, after.id, after.n, until, last.id, last.n, tenantsOf(query)],
    ...[firstIdAt(query.since - longestSession), query.since],
  )
  for (const event of events) counts.event(event)
  return { last: rows.length < limit ? null : last, entries: rows.length }
}

/** Mail that left from an address. */
const countSent: CountPiece = (statements, { query, address, after, limit }, counts) => {
  const page = 'm.mail_from COLLATE NOCASE = ? AND m.id > ? AND m.id <= ?'
  const rows = statements.all<{ id: string }>(
    `SELECT m.id FROM messages m INDEXED BY messages_sender WHERE ${page} ORDER BY m.id LIMIT ?`,
    ...[address, after.id, lastId(query), limit],
  )
  const last = rows.at(-1)
  if (!last) return nothing
  const events = statements.all<EventLine>(
    `SELECT ${eventColumns} FROM messages m INDEXED BY messages_sender CROSS JOIN deliveries d ON d.message_id = m.id
       CROSS JOIN events e INDEXED BY events_message ON e.message_id = d.message_id AND e.n = d.n AND e.at >= ? AND e.at < ?
     WHERE ${page} AND d.direction = 'outbound' AND d.tenant IN (SELECT value FROM json_each(?)) AND ${mayHave}`,
    ...[query.since, query.until, address, after.id, last.id, tenantsOf(query)],
    ...[firstIdAt(query.since - longestSession), query.since],
  )
  for (const event of events) counts.event(event)
  return { last: rows.length < limit ? null : { id: last.id, n: 0 }, entries: rows.length }
}

/** Refusals that name an address alone. */
const countRefused: CountPiece = (statements, { query, address, after, limit }, counts) => {
  const first = firstIdAt(query.since - longestSession)
  const rows = statements.all<RefusalLine>(
    `SELECT ${refusalColumns} FROM refusals r INDEXED BY refusals_recipient
     WHERE r.rcpt_to COLLATE NOCASE = ? AND r.id > max(?, ?) AND r.id <= ? ORDER BY r.id LIMIT ?`,
    ...[address, after.id, first, lastId(query), limit],
  )
  for (const row of rows)
    if (row.at >= query.since && row.at < query.until && query.tenants.includes(row.tenant))
      counts.refusal(row)
  const last = rows.at(-1)
  const hasMore = last !== undefined && rows.length === limit
  return { last: hasMore ? { id: last.id, n: 0 } : null, entries: rows.length }
}

const lists: readonly CountPiece[] = [countReceived, countSent, countRefused]

/** Refusals that name several, of which one at least is of the groups and people of a reach. */
export function countSeveral(
  statements: Statements,
  { reach, since, until, without }: SeveralQuery,
  after: string,
  limit: number,
): SeveralCounted {
  const first = firstIdAt(since - longestSession)
  const { sql, values } = refusalWithin(reach)
  const rows = statements.all<RefusalLine & { isTheirs: number }>(
    `SELECT ${refusalColumns}, (${sql}) AS isTheirs FROM (
       SELECT id, at, tenant, mail_from, rcpt_to, reason, detail FROM refusals INDEXED BY refusals_to_several
       WHERE instr(rcpt_to, ',') > 0 AND id > ? AND id <= ? ORDER BY id LIMIT ?) r`,
    ...values,
    ...[after > first ? after : first, lastId({ until }), limit],
  )
  const counts = new StatisticsCounts()
  for (const row of rows)
    if (row.isTheirs === 1 && row.at >= since && row.at < until && !without.includes(domainOfFirst(row)))
      counts.refusal({ ...row, rcptTo: recipientsWithin(statements, reach, row.rcptTo).join(',') })
  const { sums, tops } = counts.result()
  return { sums, tops, next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) }
}

/** Where sums by domain have it. */
const domainOfFirst = ({ rcptTo }: RefusalLine) => {
  const first = rcptTo.split(',')[0] ?? ''
  return first.slice(first.lastIndexOf('@') + 1).toLowerCase()
}
