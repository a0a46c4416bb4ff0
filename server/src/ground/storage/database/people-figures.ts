import { firstIdAt, longestSessionMs } from '#ground/platform/ids.ts'
import type { PeopleCounted, PeoplePlace, PeopleQuery } from '#services/statistics/statistics-store.ts'
import type { Statements } from './statements.ts'
import {
  type EventLine,
  eventColumns,
  type RefusalLine,
  refusalColumns,
  StatisticsCounts,
} from './statistics-counts.ts'

/** An entry of a list: behind which one a piece goes on. */
type Entry = NonNullable<PeoplePlace['entry']>
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
 * these people and not with that of the house. Tags of an address are met on the way, in the order of the list.
 * @param limit what a piece may cost, in entries; the last step may go beyond
 */
export function countPeople(
  statements: Statements,
  query: PeopleQuery,
  from: PeoplePlace | null,
  limit: number,
): PeopleCounted {
  const counts = new StatisticsCounts()
  let place = from ?? firstPlace(query, 0, 0)
  for (let left = limit; place !== null && left > 0; ) {
    const { list, address: n, spelling, entry } = place
    const address = query.addresses[n] ?? ''
    if (entry === null) {
      place = placeBehind(statements, query, place)
      left -= costOfJump
    } else {
      const piece = { query, address: spelling, after: entry, limit: Math.min(left, mostInPiece) }
      const { last, entries } = lists[list]?.count(statements, piece, counts) ?? nothing
      const isAllOfIt = last === null && !mayHaveTags(address)
      place = isAllOfIt ? firstPlace(query, n, list + 1) : { ...place, entry: last }
      // An address that has nothing costs a look too.
      left -= costOfLook + entries
    }
  }
  return { ...counts.result(), next: place }
}

const mostInPiece = 500
const nothing: Counted = { last: null, entries: 0 }
/** What looking into a list costs beside its entries, in entries. */
const costOfLook = 5
/** What it costs to find the next tag: those of others, who write from ever new ones, are jumped over one by one. */
const costOfJump = 1
const firstEntry: Entry = { id: '', n: -1 }

/** Where the first list begins, or the next one; null: there is none. */
function firstPlace(query: PeopleQuery, address: number, list: number): PeoplePlace | null {
  if (list >= lists.length) return firstPlace(query, address + 1, 0)
  const spelling = query.addresses[address]
  return spelling === undefined ? null : { address, list, spelling, entry: firstEntry }
}

/** The next tag of the same address in a list, or what comes behind the last one. */
function placeBehind(statements: Statements, query: PeopleQuery, place: PeoplePlace): PeoplePlace | null {
  const { address: n, list, spelling } = place
  const address = query.addresses[n] ?? ''
  const { column } = lists[list] ?? {}
  const found = column === undefined ? null : nextTag(statements, column, address, spelling)
  if (found === null) return firstPlace(query, n, list + 1)
  return { ...place, spelling: found, entry: isTagOf(statements, address, found) ? firstEntry : null }
}

const mayHaveTags = (address: string) => !address.slice(0, address.lastIndexOf('@')).includes('+')

/** Whether it is a tag of this address, and nobody has it as an address of his own. */
function isTagOf(statements: Statements, address: string, spelling: string): boolean {
  const lower = spelling.toLowerCase()
  // The lines of several recipients begin with one of them.
  if (lower.includes(', ') || !lower.endsWith(address.slice(address.lastIndexOf('@')))) return false
  return statements.get('SELECT 1 FROM users WHERE address = ?', lower) === undefined
}

const indexOf = {
  'deliveries.rcpt_to': 'deliveries INDEXED BY deliveries_recipient',
  'messages.mail_from': 'messages INDEXED BY messages_sender',
  'refusals.rcpt_to': 'refusals INDEXED BY refusals_recipient',
} as const
type Column = keyof typeof indexOf

/**
 * Jumps through an index to the next spelling with a tag, at any domain. It goes on from what is stored: NOCASE knows the
 * letters of ASCII alone, and in small letters some others stand before themselves, so that they would come again for ever.
 */
function nextTag(statements: Statements, column: Column, address: string, behind: string): string | null {
  const name = column.slice(column.indexOf('.') + 1)
  const local = address.slice(0, address.lastIndexOf('@'))
  // What follows a plus in the order of letters is a comma.
  const row = statements.get<{ address: string }>(
    `SELECT ${name} AS address FROM ${indexOf[column]}
     WHERE ${name} COLLATE NOCASE > ? AND ${name} COLLATE NOCASE < ? ORDER BY ${name} COLLATE NOCASE LIMIT 1`,
    ...[behind === address ? `${local}+` : behind, `${local},`],
  )
  return row?.address ?? null
}

/** Ids never go back, though a clock may. */
const lastId = ({ until }: PeopleQuery) => firstIdAt(until + longestSessionMs)
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
    ...[firstIdAt(query.since - longestSessionMs), query.since],
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
    ...[firstIdAt(query.since - longestSessionMs), query.since],
  )
  for (const event of events) counts.event(event)
  return { last: rows.length < limit ? null : { id: last.id, n: 0 }, entries: rows.length }
}

/** Refusals that name an address alone. */
const countRefused: CountPiece = (statements, { query, address, after, limit }, counts) => {
  const first = firstIdAt(query.since - longestSessionMs)
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

const lists: readonly { readonly column: Column; readonly count: CountPiece }[] = [
  { column: 'deliveries.rcpt_to', count: countReceived },
  { column: 'messages.mail_from', count: countSent },
  { column: 'refusals.rcpt_to', count: countRefused },
]
