import type {
  DirectoryTotals,
  DirectoryViews,
  DomainLine,
  GroupLine,
  Page,
  PeopleScope,
  Person,
  PersonLine,
  TenantLine,
  Within,
} from '#services/directory/directory-views.ts'
import type { RecordLight } from '#services/directory/domain-lights.ts'
import { has, ownPerson, ownTenant, reachOf } from './directory-reach.ts'
import { findPeopleScope, listPeopleScopes } from './people-scope-rows.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

const ownDomain = `${ownTenant('d.tenant')} AND (?2 IS NULL OR d.name IN (SELECT value FROM json_each(?2)))`
const ownGroup = `${ownTenant('d.tenant')} AND (?2 IS NULL OR d.name IN (SELECT value FROM json_each(?2))
  OR 'group:' || g.id IN (SELECT value FROM json_each(?2)))`
/** Somebody who sees some domains of a tenant counts only these. */
const countedDomains = `SELECT d.name FROM domains d WHERE d.tenant = t.id AND (?2 IS NULL OR d.name IN (SELECT value FROM json_each(?2)))`
const tenantColumns = `t.id, t.parent, t.level, t.name,
  (SELECT count(*) FROM tenants c WHERE c.parent = t.id) AS children,
  (SELECT count(*) FROM (${countedDomains})) AS domains,
  (SELECT count(*) FROM users u WHERE u.kind = 'user' AND u.domain IN (${countedDomains})) AS people`
const domainColumns = `d.name, d.tenant, t.name AS tenantName, d.next_hop AS nextHop, d.settings, d.added_at AS addedAt,
  (SELECT count(*) FROM users u WHERE u.domain = d.name AND u.kind = 'user') AS people,
  l.states, l.checked_at AS checkedAt`
const domainTables = `domains d JOIN tenants t ON t.id = d.tenant
  LEFT JOIN domain_lights l ON l.domain = d.name AND l.checked_at >= d.added_at`
/** Whether a record of the parameter's name, or any, was not right. */
const wrongLight = (name: number) => `(?${name} IS NULL OR EXISTS (SELECT 1 FROM json_each(l.states) s
  WHERE s.value IN ('red', 'amber') AND ?${name} IN ('any', s.key)))`
const personColumns = `u.address, u.domain, d.tenant, u.kind, u.owner, u.display_name AS displayName`
const groupColumns = `g.id, g.domain, d.tenant, g.name, g.settings,
  (SELECT count(*) FROM group_members m WHERE m.group_id = g.id) AS members`

type Row<Line> = Omit<Line, 'settings'> & { settings: string }
const withSettings = <Line>(row: Row<Line>) => ({ ...row, settings: JSON.parse(row.settings) }) as Line
type DomainRow = Row<Omit<DomainLine, 'lights'>> & { states: string | null; checkedAt: number | null }
const toDomain = ({ states, checkedAt, ...row }: DomainRow): DomainLine => ({
  ...withSettings<Omit<DomainLine, 'lights'>>(row),
  lights: states === null ? null : { states: JSON.parse(states), checkedAt: checkedAt ?? 0 },
})

/** DirectoryViews on SQLite. Tenant and domain of whoever asks are part of every question. */
export class SqliteDirectoryViews implements Synchronous<DirectoryViews> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  tenantLines({ within, text, after, limit }: Page, below?: string): TenantLine[] {
    return this.#statements.all(
      `SELECT ${tenantColumns} FROM tenants t
       WHERE ${ownTenant('t.id')} AND t.id > ?3 AND ${has(4, 't.id', 't.name')} AND (?5 IS NULL OR t.parent = ?5)
       ORDER BY t.id LIMIT ?6`,
      ...reachOf(within),
      after,
      text ?? null,
      below ?? null,
      limit,
    )
  }

  tenantPath(id: string, within: Within): TenantLine[] {
    return this.#statements.all(
      `WITH RECURSIVE chain (id, parent, depth) AS (
         SELECT id, parent, 0 FROM tenants WHERE id = ?3
         UNION ALL SELECT p.id, p.parent, depth + 1 FROM tenants p JOIN chain c ON p.id = c.parent WHERE depth < 10)
       SELECT ${tenantColumns} FROM chain JOIN tenants t ON t.id = chain.id
       WHERE ${ownTenant('t.id')} AND ${ownTenant('?3')} ORDER BY chain.depth DESC`,
      ...reachOf(within),
      id,
    )
  }

  tenantsBelow(id: string, within: Within): string[] {
    return this.#statements
      .all<{ id: string }>(
        `WITH RECURSIVE below (id, depth) AS (
           SELECT ?3, 0 UNION ALL SELECT c.id, depth + 1 FROM tenants c JOIN below b ON c.parent = b.id WHERE depth < 10)
         SELECT t.id FROM below JOIN tenants t ON t.id = below.id WHERE ${ownTenant('t.id')} AND ?2 IS ?2`,
        ...reachOf(within),
        id,
      )
      .map((each) => each.id)
  }

  domainLines(
    { within, text, after, limit }: Page,
    tenant?: string,
    wrong?: RecordLight | 'any',
  ): DomainLine[] {
    return this.#statements
      .all<DomainRow>(
        `SELECT ${domainColumns} FROM ${domainTables}
         WHERE ${ownDomain} AND d.name > ?3 AND ${has(4, 'd.name', 't.name')} AND (?5 IS NULL OR d.tenant = ?5)
           AND ${wrongLight(6)} ORDER BY d.name LIMIT ?7`,
        ...reachOf(within),
        after,
        text ?? null,
        tenant ?? null,
        wrong ?? null,
        limit,
      )
      .map(toDomain)
  }

  domainLine(name: string, within: Within): DomainLine | null {
    const row = this.#statements.get<DomainRow>(
      `SELECT ${domainColumns} FROM ${domainTables} WHERE ${ownDomain} AND d.name = ?3`,
      ...reachOf(within),
      name,
    )
    return row ? toDomain(row) : null
  }

  personLines(
    { within, text, after, limit }: Page,
    of: { domain?: string; group?: string } = {},
  ): PersonLine[] {
    const inGroup =
      of.group === undefined
        ? '?6 IS NULL'
        : 'u.address IN (SELECT m.address FROM group_members m WHERE m.group_id = ?6)'
    const inDomain = of.domain === undefined ? '?5 IS NULL' : 'u.domain = ?5'
    return this.#statements.all(
      `SELECT ${personColumns} FROM users u JOIN domains d ON d.name = u.domain
       WHERE ${ownPerson} AND u.address > ?3 AND ${has(4, 'u.address', 'u.display_name')} AND ${inDomain} AND ${inGroup}
       ORDER BY u.address LIMIT ?7`,
      ...reachOf(within),
      after,
      text ?? null,
      of.domain ?? null,
      of.group ?? null,
      limit,
    )
  }

  person(address: string, within: Within): Person | null {
    const row = this.#statements.get<PersonLine & { addedAt: number }>(
      `SELECT ${personColumns}, u.added_at AS addedAt FROM users u JOIN domains d ON d.name = u.domain
       WHERE ${ownPerson} AND u.address = ?3`,
      ...reachOf(within),
      address,
    )
    if (!row) return null
    const aliases = this.#statements.all<{ address: string }>(
      `SELECT u.address FROM users u JOIN domains d ON d.name = u.domain
       WHERE ${ownPerson} AND u.kind = 'alias' AND u.owner = ?3 ORDER BY u.address LIMIT 1000`,
      ...reachOf(within),
      address,
    )
    const groups = this.#statements.all<{ id: string; name: string }>(
      `SELECT g.id, g.name FROM group_members m JOIN user_groups g ON g.id = m.group_id
       JOIN domains d ON d.name = g.domain WHERE ${ownGroup} AND m.address = ?3 ORDER BY g.name LIMIT 1000`,
      ...reachOf(within),
      address,
    )
    return { ...row, aliases: aliases.map((each) => each.address), groups }
  }

  unlisted(addresses: readonly string[]): string[] {
    return this.#statements
      .all<{ address: string }>(
        'SELECT value AS address FROM json_each(?) WHERE value NOT IN (SELECT address FROM users)',
        JSON.stringify(addresses),
      )
      .map((each) => each.address)
  }

  groupLines({ within, text, after, limit }: Page, domain?: string): GroupLine[] {
    return this.#statements
      .all<Row<GroupLine>>(
        `SELECT ${groupColumns} FROM user_groups g JOIN domains d ON d.name = g.domain
         WHERE ${ownGroup} AND g.id > ?3 AND ${has(4, 'g.name', 'g.id')} AND (?5 IS NULL OR g.domain = ?5)
         ORDER BY g.id LIMIT ?6`,
        ...reachOf(within),
        after,
        text ?? null,
        domain ?? null,
        limit,
      )
      .map(withSettings<GroupLine>)
  }

  groupLine(id: string, within: Within): GroupLine | null {
    const row = this.#statements.get<Row<GroupLine>>(
      `SELECT ${groupColumns} FROM user_groups g JOIN domains d ON d.name = g.domain WHERE ${ownGroup} AND g.id = ?3`,
      ...reachOf(within),
      id,
    )
    return row ? withSettings<GroupLine>(row) : null
  }

  peopleScope(scope: string, within: Within): PeopleScope | null {
    return findPeopleScope(this.#statements, scope, within)
  }

  peopleScopes(text: string, within: Within, limit: number): PeopleScope[] {
    return listPeopleScopes(this.#statements, text, within, limit)
  }

  totals(within: Within): DirectoryTotals {
    const all = within === null
    const people = (kind: string) =>
      all
        ? `(SELECT count(*) FROM users u WHERE u.kind = '${kind}')`
        : `(SELECT count(*) FROM domains d JOIN users u ON u.domain = d.name WHERE ${ownDomain} AND u.kind = '${kind}')`
    const row = this.#statements.get<DirectoryTotals>(
      `SELECT (SELECT count(*) FROM tenants t WHERE ${ownTenant('t.id')}) AS tenants,
         (SELECT count(*) FROM domains d WHERE ${ownDomain}) AS domains,
         ${people('user')} AS people, ${people('alias')} AS aliases`,
      ...reachOf(within),
    )
    return row ?? { tenants: 0, domains: 0, people: 0, aliases: 0 }
  }
}
