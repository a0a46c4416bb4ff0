import type { Reach } from '#services/ledger/ledger-store.ts'
import type { AskedManager } from '#services/review/managers-for.ts'
import type { Asked, AskedGroup } from '#services/review/review-store.ts'
import { ownersOfDomains } from './owners-of-domains.ts'
import type { Statements } from './statements.ts'
import { domainOf, given, join, rowWithin } from './trace-conditions.ts'

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

/** The same by tenant and domain, for who is told of it; within a reach what is in it. */
export function listAsked(statements: Statements, within?: Reach): AskedGroup[] {
  const reach = given(within, (value) => rowWithin(value, 'tenant', 'address'))
  return statements.all<AskedGroup>(
    `SELECT tenant, ${domainOf('address')} AS domain, sum(kind = 'requests') AS requests, sum(kind = 'reports') AS reports,
       min(at) AS oldestAt, max(at) AS newestAt FROM ${open} WHERE ${join(reach)} GROUP BY 1, 2`,
    ...reach.flatMap((each) => each.values),
  )
}

/** Managers who can be written to. */
export function listAskedManagers(statements: Statements): AskedManager[] {
  return statements
    .all<Omit<AskedManager, 'domains' | 'owners'> & { domains: string | null; owners: string }>(
      `SELECT id, address, role, tenant, domains, ${ownersOfDomains} AS owners, asked_mailed_at AS mailedAt FROM managers
       WHERE address <> '' AND disabled_at IS NULL AND is_probe = 0`,
    )
    .map((row) => ({
      ...row,
      domains: row.domains === null ? null : JSON.parse(row.domains),
      owners: JSON.parse(row.owners),
    }))
}

/** Notes that a manager is told. @throws where somebody else has told him, or he is gone */
export function noteManagerTold(
  statements: Statements,
  at: number,
  { manager, mailedAt }: { readonly manager: string; readonly mailedAt: number | null },
): void {
  const sql = 'UPDATE managers SET asked_mailed_at = ? WHERE id = ? AND asked_mailed_at IS ?'
  if (statements.run(sql, at, manager, mailedAt) === 0)
    throw new Error(`the manager ${manager} was told by somebody else, or is gone`)
}
