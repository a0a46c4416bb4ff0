import { domainPart } from '#ground/mail/address.ts'
import { plainAddress } from '#ground/mail/plain-address.ts'
import { longestSessionMs } from '#ground/platform/ids.ts'
import type {
  RefusedCounted,
  RefusedPlace,
  RefusedQuery,
  SeveralQuery,
  UnreadCounted,
} from '#services/statistics/refused-store.ts'
import { recipientsWithin } from './recipients-within.ts'
import { personOf } from './refused-people.ts'
import type { Statements } from './statements.ts'
import { domainOfRefusal, type RefusalLine, refusalColumns, StatisticsCounts } from './statistics-counts.ts'
import { refusalWithin } from './trace-conditions.ts'

/** What a refusal costs beside an address that is looked up: whom of its recipients he may know of. */
const costOfRefusal = 10
const mostAtOnce = 100

type Row = RefusalLine & { readonly isTheirs: number }
const columns = 'id, at, tenant, mail_from, rcpt_to, reason, detail'

/**
 * Refusals of one day that name several, found by each address of the groups and people of a reach: the cost goes with what
 * was refused to these, and not with what a dictionary was tried at. One that names several of them counts with the first.
 */
export function countRefused(
  statements: Statements,
  query: RefusedQuery,
  from: RefusedPlace | null,
  limit: number,
): RefusedCounted {
  const { sql, values } = refusalWithin(query.reach)
  const counts = new StatisticsCounts()
  let [n, after] = [from?.n ?? 0, from?.after ?? '']
  for (let left = limit; left > 0; left--) {
    const plain = query.plain[n]
    if (plain === undefined) return { ...resultOf(counts), next: null }
    const most = Math.min(mostAtOnce, Math.ceil(left / costOfRefusal))
    const rows = statements.all<Row>(
      `SELECT ${refusalColumns}, (${sql}) AS isTheirs FROM (
         SELECT ${columns} FROM refused_people p CROSS JOIN refusals USING (id)
         WHERE p.day = ? AND p.person = ? AND p.id > ? AND p.line <= ? ORDER BY p.id LIMIT ?) r`,
      ...[...values, query.day, personOf(plain), after, query.line, most],
    )
    for (const row of rows) countRow(statements, query, row, counts, plain)
    left -= rows.length * costOfRefusal
    const last = rows.length === most ? rows.at(-1) : undefined
    after = last?.id ?? ''
    if (last === undefined) n++
  }
  return { ...resultOf(counts), next: { n, after } }
}

/** The same of lines that are not found by person yet, the newest first. */
export function countUnread(
  statements: Statements,
  query: SeveralQuery & { readonly line: number },
  before: number,
  limit: number,
): UnreadCounted {
  const first = Math.max(query.line + 1, before - limit)
  const { sql, values } = refusalWithin(query.reach)
  const newest = statements.get<{ at: number }>(
    `SELECT r.at FROM refusal_log l CROSS JOIN refusals r ON r.id = l.id
     WHERE l.seq >= ? AND l.seq < ? ORDER BY l.seq DESC LIMIT 1`,
    ...[first, before],
  )
  const newestAt = newest?.at ?? null
  // Refusals are written in the order of time but for so much.
  if (newestAt !== null && newestAt < query.since - longestSessionMs)
    return { sums: [], tops: [], next: null, newestAt }
  const rows = statements.all<Row>(
    `SELECT ${refusalColumns}, (${sql}) AS isTheirs FROM (
       SELECT ${columns} FROM refusal_log l CROSS JOIN refusals USING (id)
       WHERE l.seq >= ? AND l.seq < ? AND instr(rcpt_to, ',') > 0
         AND tenant IN (SELECT value FROM json_each(?))) r`,
    ...[...values, first, before, JSON.stringify(query.reach.tenants)],
  )
  const counts = new StatisticsCounts()
  for (const row of rows) countRow(statements, query, row, counts, null)
  return { ...resultOf(counts), next: first > query.line + 1 ? first : null, newestAt }
}

/** @param foundBy the address that it was found by, which counts it where it is the first of theirs; null: it comes once */
function countRow(
  statements: Statements,
  { reach, since, until, without }: SeveralQuery,
  row: Row,
  counts: StatisticsCounts,
  foundBy: string | null,
): void {
  if (row.isTheirs !== 1 || row.at < since || row.at >= until || without.includes(domainOfRefusal(row)))
    return
  const theirs = recipientsWithin(statements, reach, row.rcptTo)
  const plain = theirs.map(plainAddress).filter((each) => !without.includes(domainPart(each)))
  if (foundBy !== null && foundBy !== plain.sort()[0]) return
  counts.refusal({ ...row, rcptTo: theirs.join(',') })
}

function resultOf(counts: StatisticsCounts): Pick<RefusedCounted, 'sums' | 'tops'> {
  const { sums, tops } = counts.result()
  return { sums, tops }
}
