import type { SyncFaultCode } from '#services/sync/sync-fault.ts'
import type { SyncNotice } from '#services/sync/sync-store.ts'
import type { Statements } from './statements.ts'

/** A fault that comes back within this time is the one that was told of. */
const sameFaultMs = 86_400_000

type Told = Pick<SyncNotice, 'tenant' | 'kind' | 'code' | 'source'>

/**
 * Keeps one open notice for each tenant and fault that its sources have. Faults that pass by themselves become one when
 * they come twice in a row.
 * @param lasting faults that do not pass
 */
export function attendToSyncFaults(
  statements: Statements,
  lasting: readonly SyncFaultCode[],
  now: number,
): { began: SyncNotice[]; ended: SyncNotice[] } {
  const standing = statements.all<Told & { isTold: number }>(
    `SELECT tenant, kind, fault AS code, min(id) AS source, max(failures >= 2 OR fault IN (SELECT value FROM json_each(?))) AS isTold
     FROM sync_sources WHERE fault IS NOT NULL AND enabled = 1 GROUP BY tenant, kind, fault`,
    JSON.stringify(lasting),
  )
  const open = statements.all<SyncNotice>(
    'SELECT tenant, kind, code, source, since, ended_at AS endedAt FROM sync_notices WHERE ended_at IS NULL',
  )
  const [stands, isOpen] = [new Set(standing.map(keyOf)), new Set(open.map(keyOf))]
  const ended = open.filter((each) => !stands.has(keyOf(each)))
  for (const { tenant, kind, code, since } of ended)
    statements.run(
      'UPDATE sync_notices SET ended_at = ? WHERE tenant = ? AND kind = ? AND code = ? AND since = ?',
      now,
      tenant,
      kind,
      code,
      since,
    )
  const began = standing
    .filter((each) => each.isTold === 1 && !isOpen.has(keyOf(each)))
    .flatMap((each) => begin(statements, each, now))
  return { began, ended: ended.map((each) => ({ ...each, endedAt: now })) }
}

function keyOf({ tenant, kind, code }: Told): string {
  return `${tenant} ${kind} ${code}`
}

function begin(statements: Statements, { tenant, kind, code, source }: Told, now: number): SyncNotice[] {
  const reopened = statements.run(
    `UPDATE sync_notices SET ended_at = NULL WHERE tenant = ?1 AND kind = ?2 AND code = ?3 AND ended_at > ?4
       AND since = (SELECT max(since) FROM sync_notices WHERE tenant = ?1 AND kind = ?2 AND code = ?3)`,
    tenant,
    kind,
    code,
    now - sameFaultMs,
  )
  if (reopened > 0) return []
  statements.run(
    'INSERT INTO sync_notices (tenant, kind, code, since, source) VALUES (?, ?, ?, ?, ?)',
    tenant,
    kind,
    code,
    now,
    source,
  )
  return [{ tenant, kind, code, source, since: now, endedAt: null }]
}
