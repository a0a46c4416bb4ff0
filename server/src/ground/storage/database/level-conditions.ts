import type { LevelSelection } from '#services/policy/policy-store.ts'

/** Whether a level is among those asked for: by name, or as a group or person of a domain, or a person of a group. Takes the values 1 to 3. */
export function levelConditions({ scopes, domains = [] }: LevelSelection) {
  return {
    sql: `(?1 = 1 OR scope IN (SELECT value FROM json_each(?2))
      OR (scope LIKE 'user:%' AND substr(scope, instr(scope, '@') + 1) IN (SELECT value FROM json_each(?3)))
      OR (scope LIKE 'group:%' AND substr(scope, 7, instr(scope, '/') - 7) IN (SELECT value FROM json_each(?3)))
      OR (scope LIKE 'user:%' AND EXISTS (SELECT 1 FROM group_members g WHERE g.address = substr(scope, 6)
        AND 'group:' || g.group_id IN (SELECT value FROM json_each(?3)))))`,
    values: [Number(scopes === null), JSON.stringify(scopes ?? []), JSON.stringify(domains)] as const,
  }
}
