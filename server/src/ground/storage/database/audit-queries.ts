import { existsSync } from 'node:fs'
import { firstIdAt } from '#ground/platform/ids.ts'
import { probeTenant } from '#ground/platform/probe-tenant.ts'
import type { Difference, Stretch } from '#services/ledger/ledger-store.ts'
import { bodyPath } from '../bodies/body-path.ts'
import type { Statements } from './statements.ts'

/** Behind every id of a message. */
const beyondIds = '~'

/** Messages of our own are in no books. */
const isMail = `d.tenant <> '${probeTenant}'`

const states = ['waiting', 'delivered', 'returned', 'quarantined', 'held', 'sealed', 'discarded'] as const

/**
 * Compares what is written down in four independent places: the books (sums by minute), the rows (state of each
 * delivery), the ledger (events), and the stored content. Any difference is a fault of ours.
 */
export function auditEverything(statements: Statements, folder: string, limit: number): Difference[] {
  // Files are of no transaction: they are looked at while what names them is fresh.
  const missing = contentMissing(statements, folder, limit)
  return [
    ...totalsAndMinutes(statements),
    ...booksAndRows(statements),
    ...eventsAndRows(statements, ['', beyondIds], limit),
    ...missing,
    ...contentLeftOver(statements, limit),
  ].slice(0, limit)
}

/** The same for mail of a stretch of whole minutes, and for the books of those minutes: each is read once. */
export function auditStretch(statements: Statements, { since, until }: Stretch, limit: number): Difference[] {
  const ids = [firstIdAt(since), firstIdAt(until)] as const
  return [...minutes(statements, since, until), ...eventsAndRows(statements, ids, limit)].slice(0, limit)
}

/** The sums that are kept beside the books must be those of their minutes. */
function totalsAndMinutes(statements: Statements): Difference[] {
  const columns = ['accepted', ...states]
  return statements
    .all<{ tenant: string; direction: string }>(
      `SELECT tenant, direction FROM (
         SELECT tenant, direction, ${columns.join(', ')} FROM book_totals
         UNION ALL SELECT tenant, direction, ${columns.map((each) => `-sum(${each})`).join(', ')} FROM books GROUP BY tenant, direction)
       GROUP BY tenant, direction HAVING ${columns.map((each) => `sum(${each}) <> 0`).join(' OR ')}`,
    )
    .map((row) => difference(`${row.tenant} ${row.direction}: the totals are not the sums of the minutes`))
}

function booksAndRows(statements: Statements): Difference[] {
  const sums = states.map((each) => `sum(${each}) AS ${each}`).join(', ')
  const books = statements.all<Record<string, number> & { tenant: string; direction: string }>(
    `SELECT tenant, direction, sum(accepted) AS accepted, ${sums} FROM books GROUP BY tenant, direction`,
  )
  const rows = statements.all<{ tenant: string; direction: string; state: string; count: number }>(
    `SELECT tenant, direction, state, sum(count) AS count FROM (
       SELECT tenant, direction, state, count(*) AS count FROM deliveries d WHERE ${isMail} GROUP BY tenant, direction, state
       UNION ALL SELECT tenant, direction, state, deliveries FROM forgotten) GROUP BY tenant, direction, state`,
  )
  const counted = new Map(rows.map((row) => [`${row.tenant} ${row.direction} ${row.state}`, row.count]))
  const differences: Difference[] = []
  for (const book of books) {
    const total = states.reduce((sum, state) => sum + (book[state] ?? 0), 0)
    if (total !== book.accepted)
      differences.push(
        difference(`${book.tenant} ${book.direction}: accepted ${book.accepted}, accounted for ${total}`),
      )
    for (const state of states) {
      const key = `${book.tenant} ${book.direction} ${state}`
      const found = counted.get(key) ?? 0
      counted.delete(key)
      if (found !== book[state])
        differences.push(
          difference(
            `${book.tenant} ${book.direction}: the books have ${book[state]} ${state}, the rows ${found}`,
          ),
        )
    }
  }
  for (const [key, count] of counted)
    if (count > 0) differences.push(difference(`${key}: ${count} rows are not in the books`))
  return differences
}

function difference(text: string): Difference {
  return { what: 'books-and-rows', text, messageId: null }
}

/** Every delivery's state must be the one that its last event with a state names; and it must have been accepted once. */
function eventsAndRows(
  statements: Statements,
  [first, end]: readonly [string, string],
  limit: number,
): Difference[] {
  return statements
    .all<{ message_id: string; n: number; state: string; last: string | null; accepted: number }>(
      `SELECT * FROM (SELECT d.message_id, d.n, d.state,
       (SELECT e.state FROM events e WHERE e.message_id = d.message_id AND e.n = d.n AND e.state IS NOT NULL ORDER BY e.seq DESC LIMIT 1) AS last,
       (SELECT count(*) FROM events e WHERE e.message_id = d.message_id AND e.n = d.n AND e.kind = 'accepted') AS accepted
       FROM deliveries d WHERE d.message_id >= ? AND d.message_id < ? AND ${isMail})
     WHERE last IS NOT state OR accepted <> 1 LIMIT ?`,
      first,
      end,
      limit,
    )
    .map((row) => ({
      what: 'events-and-rows',
      messageId: row.message_id,
      text: `${row.message_id}/${row.n}: the row says ${row.state}, the ledger ${row.last ?? 'nothing'}, accepted ${row.accepted} times`,
    }))
}

function contentMissing(statements: Statements, folder: string, limit: number): Difference[] {
  const files = statements
    .all<{ id: string; path: string }>('SELECT message_id AS id, path FROM bodies WHERE path IS NOT NULL')
    .filter((each) => !existsSync(bodyPath(folder, each.path)))
  const rows = statements.all<{ id: string }>(
    `SELECT DISTINCT d.message_id AS id FROM deliveries d LEFT JOIN bodies b ON b.message_id = d.message_id
     WHERE d.state IN ('waiting', 'quarantined', 'held') AND b.message_id IS NULL LIMIT ?`,
    limit,
  )
  return [...rows, ...files].map(({ id }) => ({
    what: 'content-missing',
    messageId: id,
    text: `${id}: it is still to be kept, and its content is not there`,
  }))
}

function contentLeftOver(statements: Statements, limit: number): Difference[] {
  return statements
    .all<{ id: string }>(
      `SELECT b.message_id AS id FROM bodies b LEFT JOIN messages m ON m.id = b.message_id
     WHERE m.id IS NULL OR (m.keep_until IS NULL
       AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = b.message_id AND d.state IN ('waiting', 'quarantined', 'held'))) LIMIT ?`,
      limit,
    )
    .map(({ id }) => ({
      what: 'content-left-over',
      messageId: id,
      text: `${id}: everything about it is settled, and its content is still there`,
    }))
}

/**
 * Deliveries accepted in a minute by the books, against the rows that the ledger has accepted in it. They are found by
 * the time of their events: a message may have an id of hours before, when its session began.
 */
function minutes(statements: Statements, since: number, until: number): Difference[] {
  const [first, end] = [Math.ceil(since / 60_000), Math.ceil(until / 60_000)]
  return statements
    .all<{ minute: number; accepted: number; rows: number }>(
      `SELECT minute, sum(accepted) AS accepted, sum(rows) AS rows FROM (
         SELECT minute, accepted, 0 AS rows FROM books WHERE minute >= ?1 AND minute < ?2
         UNION ALL SELECT e.at / 60000, 0, count(*) FROM events e
           JOIN deliveries d ON d.message_id = e.message_id AND d.n = e.n AND d.accepted_at = e.at
           WHERE e.at >= ?1 * 60000 AND e.at < ?2 * 60000 AND e.kind = 'accepted' AND ${isMail} GROUP BY 1)
       GROUP BY minute HAVING sum(accepted) <> sum(rows)`,
      first,
      end,
    )
    .map((row) => ({
      what: 'minute',
      messageId: null,
      text: `minute ${new Date(row.minute * 60_000).toISOString()}: the books accepted ${row.accepted} deliveries, the rows show ${row.rows}`,
    }))
}
