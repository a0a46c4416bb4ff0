import type { PeopleScope, Within } from '#services/directory/directory-views.ts'
import { ofPeople } from './people-conditions.ts'
import type { Statements } from './statements.ts'
import type { Condition } from './trace-conditions.ts'

type Kind = 'group' | 'user'
const everything: Condition = { sql: '1', values: [] }

/** Rows of each kind; `key` is its id or address. */
const rows: Readonly<Record<Kind, string>> = {
  group: `SELECT 'group:' || g.id AS scope, d.tenant, g.domain, g.name AS name, g.id AS key FROM user_groups g JOIN domains d ON d.name = g.domain`,
  user: `SELECT 'user:' || u.address AS scope, d.tenant, u.domain, u.display_name AS name, u.address AS key
    FROM users u JOIN domains d ON d.name = u.domain WHERE u.kind = 'user'`,
}
/** Domains of the aliases of a row; mail of those at another tenant is not seen by way of it. */
const aliases: Readonly<Record<Kind, string>> = {
  group: `SELECT a.domain FROM group_members m JOIN users a ON a.owner = m.address AND a.kind = 'alias'
    JOIN domains ad ON ad.name = a.domain AND ad.tenant = s.tenant WHERE m.group_id = s.key`,
  user: `SELECT a.domain FROM users a JOIN domains ad ON ad.name = a.domain AND ad.tenant = s.tenant
    WHERE a.owner = s.key AND a.kind = 'alias'`,
}

/**
 * Rows that somebody reaches: named to him, a person in a group that is, or of his domains, with no alias at others. Who
 * looks after one domain is not told what comes to another by way of somebody who has addresses at both.
 */
function within(kind: Kind, reach: Within): Condition {
  if (reach === null) return everything
  const tenants = JSON.stringify(reach.tenants)
  const ours = 's.tenant IN (SELECT value FROM json_each(?))'
  if (reach.domains === null) return { sql: ours, values: [tenants] }
  const names = JSON.stringify(reach.domains)
  const people = kind === 'user' ? ofPeople(reach.domains, 's.key') : null
  const named = 's.scope IN (SELECT value FROM json_each(?))'
  const ofDomains = `s.domain IN (SELECT value FROM json_each(?)) AND NOT EXISTS (
    SELECT 1 FROM (${aliases[kind]}) WHERE domain NOT IN (SELECT value FROM json_each(?)))`
  return {
    sql: `${ours} AND (${named} OR ${ofDomains}${people === null ? '' : ` OR ${people.sql}`})`,
    values: [tenants, names, names, names, ...(people?.values ?? [])],
  }
}

/** The group or the person of a scope, an alias as whom it belongs to; null: none such within. */
export function findPeopleScope(statements: Statements, scope: string, reach: Within): PeopleScope | null {
  const [, kind, key = ''] = /^(group|user):(.+)$/s.exec(scope) ?? []
  if (kind !== 'group' && kind !== 'user') return null
  const { sql, values } = within(kind, reach)
  const own = kind === 'group' ? '?' : '(SELECT owner FROM users WHERE address = ?)'
  const found = statements.get<PeopleScope & { key: string }>(
    `SELECT s.scope, s.tenant, s.domain, s.name, s.key FROM (${rows[kind]}) s WHERE s.key = ${own} AND ${sql}`,
    key.toLowerCase(),
    ...values,
  )
  return found ? named(found) : null
}

/** Groups, then people, that have a text in name or address. */
export function listPeopleScopes(
  statements: Statements,
  text: string,
  reach: Within,
  limit: number,
): PeopleScope[] {
  return (['group', 'user'] as const).flatMap((kind) => {
    const { sql, values } = within(kind, reach)
    return statements
      .all<PeopleScope & { key: string }>(
        `SELECT s.scope, s.tenant, s.domain, s.name, s.key FROM (${rows[kind]}) s
         WHERE (instr(s.key, ?) > 0 OR instr(lower(s.name), ?) > 0) AND ${sql} ORDER BY s.key LIMIT ${Math.trunc(limit)}`,
        text,
        text,
        ...values,
      )
      .map(named)
  })
}

function named({ scope, tenant, domain, name, key }: PeopleScope & { readonly key: string }): PeopleScope {
  return { scope, tenant, domain, name: scope.startsWith('user:') || name === '' ? key : name }
}
