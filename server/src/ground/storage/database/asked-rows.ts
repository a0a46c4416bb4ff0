import type { Reach } from '#services/ledger/ledger-store.ts'
import type { AskedManager } from '#services/review/managers-for.ts'
import type { Asked, AskedGroup, AskedOfPeople } from '#services/review/review-store.ts'
import { ownersOfDomains } from './owners-of-domains.ts'
import { ownerOf } from './people-conditions.ts'
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

const figures = `sum(kind = 'requests') AS requests, sum(kind = 'reports') AS reports, min(at) AS oldestAt, max(at) AS newestAt`

/** The same by tenant and domain, for who is told of it. */
export function listAsked(statements: Statements): AskedGroup[] {
  return statements.all<AskedGroup>(
    `SELECT tenant, ${domainOf('address')} AS domain, ${figures} FROM ${open} GROUP BY 1, 2`,
  )
}

/** The same of people of managers: one question for all of them, who may be thousands. */
export function listAskedOf(
  statements: Statements,
  asked: readonly AskedOfPeople[],
): (AskedGroup & { readonly manager: string })[] {
  return statements.all<AskedGroup & { manager: string }>(
    `WITH
       theirs AS MATERIALIZED (SELECT value ->> 'manager' AS manager, value -> 'tenants' AS tenants, value -> 'names' AS names
         FROM json_each(?)),
       his_names AS MATERIALIZED (SELECT manager, n.value AS name FROM theirs, json_each(names) n),
       his_tenants AS MATERIALIZED (SELECT manager, t.value AS tenant FROM theirs, json_each(tenants) t),
       asked AS MATERIALIZED (SELECT kind, at, tenant, lower(address) AS own, ${domainOf('address')} AS domain FROM ${open}
         WHERE tenant IN (SELECT tenant FROM his_tenants)),
       people AS MATERIALIZED (SELECT own, ${ownerOf('a.own')} AS owner FROM (SELECT DISTINCT own FROM asked) a),
       met AS MATERIALIZED (
         SELECT manager, own FROM people JOIN his_names ON name = 'user:' || owner
         UNION SELECT manager, own FROM people JOIN group_members g ON g.address = owner JOIN his_names ON name = 'group:' || g.group_id)
     SELECT manager, tenant, domain, ${figures}
     FROM met JOIN asked USING (own) JOIN his_tenants USING (manager, tenant) GROUP BY 1, 2, 3`,
    JSON.stringify(asked),
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
