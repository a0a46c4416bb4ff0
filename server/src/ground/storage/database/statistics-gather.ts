import type { Gathered, Position } from '#services/statistics/statistics-store.ts'
import type { Statements } from './statements.ts'
import {
  type EventLine,
  eventColumns,
  type RefusalLine,
  refusalColumns,
  StatisticsCounts,
} from './statistics-counts.ts'

/** Refusals are written a moment after they were spoken. */
const refusalsSettleMs = 5000

/** Reads the ledger on from a position and sums it up; nothing is written. */
export function gatherStatistics(
  statements: Statements,
  from: Position,
  now: number,
  limit: number,
): Gathered {
  const newest = statements.get<{ seq: number }>('SELECT max(seq) AS seq FROM events')?.seq ?? 0
  // Where the whole ledger has been let go of, its numbers begin anew.
  const start = Math.min(from.seq, newest)
  const events = statements.all<EventLine & { readonly seq: number }>(
    `SELECT e.seq, ${eventColumns}
     FROM events e LEFT JOIN deliveries d ON d.message_id = e.message_id AND d.n = e.n
     LEFT JOIN messages m ON m.id = e.message_id
     WHERE e.seq > ? ORDER BY e.seq LIMIT ?`,
    start,
    limit,
  )
  const refusals = statements.all<{ readonly line: number } & (RefusalLine | { readonly id: null })>(
    `SELECT l.seq AS line, ${refusalColumns}
     FROM refusal_log l LEFT JOIN refusals r ON r.id = l.id WHERE l.seq > ? ORDER BY l.seq LIMIT ?`,
    from.line,
    limit,
  )
  const kept = refusals.filter((each) => each.id !== null)
  const counts = new StatisticsCounts()
  for (const event of events) counts.event(event)
  for (const refusal of kept) counts.refusal(refusal)
  const more = events.length === limit || refusals.length === limit
  return {
    from,
    to: {
      seq: events.at(-1)?.seq ?? start,
      line: refusals.at(-1)?.line ?? from.line,
      refusal: [from.refusal, ...kept.map(({ id }) => id)].toSorted().at(-1) ?? '',
      followedSince: from.followedSince ?? now,
      verdictsSince: from.verdictsSince ?? now,
      completeUpTo: more ? from.completeUpTo : now - refusalsSettleMs,
    },
    more,
    ...counts.result(),
    waiting: statements.all(
      'SELECT tenant, sum(waiting) AS deliveries FROM book_totals GROUP BY tenant HAVING sum(waiting) > 0',
    ),
  }
}
