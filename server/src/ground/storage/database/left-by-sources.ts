import type { Statements } from './statements.ts'

/** Rows that are nobody's where what they name is gone: the column that names it, its table, and what tells rows apart. */
interface Leaving {
  readonly table: string
  readonly by: string
  readonly of: string
  readonly key: string
}

/** Sources that stay behind a tenant come first: what they have left is then found by the others. */
const leavings: readonly Leaving[] = [
  { table: 'sync_sources', by: 'tenant', of: 'tenants', key: 'id' },
  { table: 'sync_notices', by: 'tenant', of: 'tenants', key: 'tenant, kind, code, since' },
  { table: 'sync_files', by: 'source', of: 'sync_sources', key: 'source' },
  { table: 'scim_tokens', by: 'source', of: 'sync_sources', key: 'id' },
  { table: 'scim_resources', by: 'source', of: 'sync_sources', key: 'source, kind, id' },
  { table: 'scim_keys', by: 'source', of: 'sync_sources', key: 'source, kind, name, value, id' },
  { table: 'scim_members', by: 'source', of: 'sync_sources', key: 'source, group_id, member' },
  { table: 'scim_left_sets', by: 'source', of: 'sync_sources', key: 'source, group_id' },
]
const runs: Leaving = { table: 'sync_runs', by: 'source', of: 'sync_sources', key: 'id' }

/**
 * Takes away a source of people with what lets anybody in by it. All else that it has is only found through it, and goes
 * in small parts: see sweepLeft.
 * @param column of sync_sources, by which it is meant
 */
export function removeSources(statements: Statements, column: 'id' | 'tenant', value: string): void {
  statements.run(
    `DELETE FROM scim_tokens WHERE source IN (SELECT id FROM sync_sources WHERE ${column} = ?)`,
    value,
  )
  statements.run(`DELETE FROM sync_sources WHERE ${column} = ?`, value)
}

/** Removes up to `limit` rows that sources or tenants which are gone have left, and answers how many. */
export function sweepLeft(statements: Statements, limit: number): number {
  let swept = 0
  for (const each of leavings)
    for (let of = firstGone(statements, each); of !== null && swept < limit; of = firstGone(statements, each))
      swept += statements.run(
        `DELETE FROM ${each.table} WHERE (${each.key}) IN (SELECT ${each.key} FROM ${each.table} WHERE ${each.by} = ? LIMIT ?)`,
        of,
        limit - swept,
      )
  for (let of = firstGone(statements, runs); of !== null && swept < limit; of = firstGone(statements, runs)) {
    const some = statements.all<{ id: string }>(
      'SELECT id FROM sync_runs WHERE source = ? ORDER BY id LIMIT ?',
      of,
      limit - swept,
    )
    for (const { id } of some) swept += removeRun(statements, id, limit - swept)
  }
  return swept
}

/** Removes a run, or up to `limit` of its rows where it has more; answers how many. */
export function removeRun(statements: Statements, id: string, limit: number): number {
  if (limit <= 0) return 0
  const lines = statements.run(
    'DELETE FROM sync_lines WHERE (run, n) IN (SELECT run, n FROM sync_lines WHERE run = ? LIMIT ?)',
    id,
    limit,
  )
  return lines < limit ? lines + statements.run('DELETE FROM sync_runs WHERE id = ?', id) : lines
}

/** The first that is named and not there. From one to the next by the index: nothing that stays is read. */
function firstGone(statements: Statements, { table, by, of }: Leaving): string | null {
  const found = statements.get<{ of: string }>(
    `WITH RECURSIVE s (v) AS (SELECT min(${by}) FROM ${table}
       UNION ALL SELECT (SELECT min(${by}) FROM ${table} WHERE ${by} > s.v) FROM s WHERE s.v IS NOT NULL)
     SELECT v AS "of" FROM s WHERE v IS NOT NULL AND v NOT IN (SELECT id FROM ${of}) LIMIT 1`,
  )
  return found?.of ?? null
}
