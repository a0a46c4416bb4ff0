import type { Statements } from './statements.ts'

/**
 * Takes names of groups and people out of what managers are limited to (`group:DOMAIN/NAME`, `user:ADDRESS`): whoever has
 * the name next is somebody else. A manager with nothing left sees nothing.
 */
export function dropLimits(statements: Statements, names: readonly string[]): void {
  if (names.length === 0) return
  statements.run(
    `UPDATE managers SET domains =
       (SELECT json_group_array(l.value) FROM json_each(managers.domains) l WHERE l.value NOT IN (SELECT value FROM json_each(?1)))
     WHERE domains IS NOT NULL
       AND EXISTS (SELECT 1 FROM json_each(managers.domains) l WHERE l.value IN (SELECT value FROM json_each(?1)))`,
    JSON.stringify(names),
  )
}

/** The same for all groups and people of a domain, as long as they are there. */
export function dropLimitsOf(statements: Statements, domain: string): void {
  const rows = statements.all<{ name: string }>(
    `SELECT 'user:' || address AS name FROM users WHERE domain = ?1
     UNION ALL SELECT 'group:' || id FROM user_groups WHERE domain = ?1`,
    domain,
  )
  dropLimits(
    statements,
    rows.map((each) => each.name),
  )
}
