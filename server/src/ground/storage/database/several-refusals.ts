import { firstIdAt } from '#ground/platform/ids.ts'
import type { SeveralCounted, SeveralQuery } from '#services/statistics/statistics-store.ts'
import { recipientsWithin } from './recipients-within.ts'
import type { Statements } from './statements.ts'
import { type RefusalLine, refusalColumns, StatisticsCounts } from './statistics-counts.ts'
import { refusalWithin } from './trace-conditions.ts'

/** Longest time between the id of a refusal and the moment that it tells, in milliseconds. */
const longestSession = 3 * 3_600_000
/** Lines of other tenants that cost as much as one of its own: their recipients are not looked up. */
const othersForOne = 5

/**
 * Refusals that name several, of which one at least is of the groups and people of a reach. They are in order of time and
 * of all tenants: those of others are passed by a longer step, since a dictionary that somebody tries at one tenant must
 * not take the figures from all.
 * @param after id of the last one that was looked at; empty: none
 * @param limit refusals of its own tenants that a piece looks at
 */
export function countSeveral(
  statements: Statements,
  query: SeveralQuery,
  after: string,
  limit: number,
): SeveralCounted {
  const { reach, since, until, without } = query
  const first = firstIdAt(since - longestSession)
  const from = after > first ? after : first
  const to = firstIdAt(until + longestSession)
  const end = statements.get<{ id: string }>(
    `SELECT id FROM refusals INDEXED BY refusals_to_several
     WHERE instr(rcpt_to, ',') > 0 AND id > ? AND id <= ? ORDER BY id LIMIT 1 OFFSET ?`,
    ...[from, to, limit * othersForOne - 1],
  )?.id
  const { sql, values } = refusalWithin(reach)
  const rows = statements.all<RefusalLine & { isTheirs: number }>(
    `SELECT ${refusalColumns}, (${sql}) AS isTheirs FROM (
       SELECT id, at, tenant, mail_from, rcpt_to, reason, detail FROM refusals INDEXED BY refusals_to_several
       WHERE instr(rcpt_to, ',') > 0 AND id > ? AND id <= ?
         AND tenant IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?) r`,
    ...[...values, from, end ?? to, JSON.stringify(reach.tenants), limit],
  )
  const counts = new StatisticsCounts()
  for (const row of rows)
    if (row.isTheirs === 1 && row.at >= since && row.at < until && !without.includes(domainOfFirst(row)))
      counts.refusal({ ...row, rcptTo: recipientsWithin(statements, reach, row.rcptTo).join(',') })
  const { sums, tops } = counts.result()
  return { sums, tops, next: (rows.length < limit ? end : rows.at(-1)?.id) ?? null }
}

/** Where sums by domain have it. */
const domainOfFirst = ({ rcptTo }: RefusalLine) => {
  const first = rcptTo.split(',')[0] ?? ''
  return first.slice(first.lastIndexOf('@') + 1).toLowerCase()
}
