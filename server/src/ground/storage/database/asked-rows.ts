import type { Reach } from '#services/ledger/ledger-store.ts'
import type { Asked } from '#services/review/review-store.ts'
import type { Statements } from './statements.ts'
import { given, join, rowWithin } from './trace-conditions.ts'

/** What people wait for managers to answer, with the address of theirs that the mail was for. */
const open = `(SELECT 'requests' AS kind, tenant, rcpt_to AS address, asked_at AS at FROM release_requests WHERE state = 'open'
  UNION ALL SELECT 'reports', tenant, coalesce(rcpt_to, reporter), at FROM reports WHERE state = 'open')`

/** How many of it somebody may see, and since when the longest waits. */
export function countAsked(statements: Statements, within?: Reach): Asked {
  const reach = given(within, (value) => rowWithin(value, 'tenant', 'address'))
  const rows = statements.all<{ kind: keyof Asked; count: number; oldestAt: number }>(
    `SELECT kind, count(*) AS count, min(at) AS oldestAt FROM ${open} WHERE ${join(reach)} GROUP BY kind`,
    ...reach.flatMap((each) => each.values),
  )
  const of = (name: keyof Asked) => {
    const { count = 0, oldestAt = null } = rows.find(({ kind }) => kind === name) ?? {}
    return { count, oldestAt }
  }
  return { requests: of('requests'), reports: of('reports') }
}
