import type {
  ChangeLine,
  DirectoryStore,
  Domain,
  Ended,
  Group,
  Imported,
  NewMembers,
  StoreCall,
  TakenBack,
  Tenant,
  User,
} from '#services/directory/directory-store.ts'
import { writeAuditLine } from './audit-line.ts'
import { isAsSeen } from './is-as-seen.ts'
import {
  backWithLeft,
  clearDomain,
  clearGroup,
  clearPerson,
  forgetLeft,
  leaveDomain,
  leavePeople,
  mayForgetLeft,
  moveLeft,
  renewLeft,
  takeBack,
} from './left-behind.ts'
import { removeSources } from './left-by-sources.ts'
import { dropLimits, dropLimitsOf } from './manager-limits.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

type Row<Shape> = { [Key in keyof Shape]: Shape[Key] extends object ? string : Shape[Key] }

const versionFact = 'directory-version'
const domainColumns = 'name, tenant, next_hop AS nextHop, settings, locked'

function toDomain(row: Row<Required<Domain>>): Domain {
  return { ...row, settings: JSON.parse(row.settings), locked: JSON.parse(row.locked) }
}

/** Of a row that is there already, the columns that may change; one that is the same counts as no change. */
function orUpdate(key: string, columns: readonly string[]): string {
  const [now, then] = [columns.join(', '), columns.map((each) => `excluded.${each}`).join(', ')]
  return `ON CONFLICT (${key}) DO UPDATE SET (${now}) = (${then}) WHERE (${now}) IS NOT (${then})`
}

const nameOfUser = (address: string) => `user:${address}`

/** DirectoryStore on SQLite. */
export class SqliteDirectoryStore implements Synchronous<DirectoryStore> {
  readonly #statements: Statements
  readonly #run: (call: StoreCall) => unknown

  /** @param run makes a call to one of the stores of this connection */
  constructor(statements: Statements, run: (call: StoreCall) => unknown) {
    this.#statements = statements
    this.#run = run
  }

  tenants(): Tenant[] {
    return this.#statements
      .all<Row<Tenant>>('SELECT id, parent, level, name, settings, locked FROM tenants ORDER BY id')
      .map((row) => ({ ...row, settings: JSON.parse(row.settings), locked: JSON.parse(row.locked) }))
  }

  putTenant(tenant: Tenant, seen?: Tenant): boolean {
    if (!isAsSeen(this.#tenant(tenant.id), seen)) return false
    const rows = this.#statements.run(
      `INSERT INTO tenants (id, parent, level, name, settings, locked) VALUES (?, ?, ?, ?, ?, ?)
       ${orUpdate('id', ['parent', 'level', 'name', 'settings', 'locked'])}`,
      tenant.id,
      tenant.parent,
      tenant.level,
      tenant.name,
      JSON.stringify(tenant.settings),
      JSON.stringify(tenant.locked),
    )
    this.changed(rows)
    return true
  }

  #tenant(id: string): Tenant | undefined {
    return this.tenants().find((each) => each.id === id)
  }

  isFreeId(id: string, parent: string | null): boolean {
    const isKept = this.#statements.get(
      `SELECT 1 FROM changes WHERE tenant = ?1 UNION ALL SELECT 1 FROM book_totals WHERE tenant = ?1
       UNION ALL SELECT 1 FROM managers WHERE tenant = ?1 UNION ALL SELECT 1 FROM api_keys WHERE tenant = ?1 LIMIT 1`,
      id,
    )
    if (isKept === undefined) return true
    const hasStoodThere = this.#statements.get(
      `SELECT 1 FROM changes WHERE tenant IS ?2 AND what = 'tenant-removed' AND json_extract(detail, '$.id') = ?1
       LIMIT 1`,
      id,
      parent,
    )
    return hasStoodThere !== undefined
  }

  removeTenant(id: string, seen?: Tenant): boolean {
    if (!isAsSeen(this.#tenant(id), seen)) return false
    const rows = this.#statements.run(
      `DELETE FROM tenants WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM domains WHERE tenant = ?1)
       AND NOT EXISTS (SELECT 1 FROM tenants c WHERE c.parent = ?1)`,
      id,
    )
    if (rows > 0) {
      this.#statements.run('DELETE FROM domain_claims WHERE tenant = ?', id)
      removeSources(this.#statements, 'tenant', id)
    }
    this.changed(rows)
    return rows > 0
  }

  domains(): Domain[] {
    return this.#statements
      .all<Row<Required<Domain>>>(`SELECT ${domainColumns} FROM domains ORDER BY added_at, name`)
      .map(toDomain)
  }

  domain(name: string): Domain | null {
    const sql = `SELECT ${domainColumns} FROM domains WHERE name = ?`
    const row = this.#statements.get<Row<Required<Domain>>>(sql, name)
    return row ? toDomain(row) : null
  }

  putDomain(domain: Domain, at: number, seen?: Domain | null): boolean {
    const known = this.domain(domain.name)
    if (!isAsSeen(known, seen)) return false
    if (known === null) clearDomain(this.#statements, domain.name)
    else if (known.tenant !== domain.tenant)
      moveLeft(this.#statements, domain.name, known.tenant, domain.tenant)
    const rows = this.#statements.run(
      `INSERT INTO domains (name, tenant, next_hop, settings, added_at) VALUES (?, ?, ?, ?, ?)
       ${orUpdate('name', ['tenant', 'next_hop', 'settings'])}`,
      domain.name,
      domain.tenant,
      domain.nextHop,
      JSON.stringify(domain.settings),
      at,
    )
    // What it has, it need not claim.
    this.#statements.run(
      'DELETE FROM domain_claims WHERE name = ? AND tenant = ?',
      domain.name,
      domain.tenant,
    )
    this.changed(rows)
    return true
  }

  removeDomain(name: string, at: number, seen?: Domain): Ended | null {
    const known = this.domain(name)
    if (known === null || !isAsSeen(known, seen)) return null
    const ended = leaveDomain(this.#statements, name, at)
    dropLimitsOf(this.#statements, name)
    this.#statements.run('DELETE FROM domain_lights WHERE domain = ?', name)
    // Whose source has made them: whoever comes here again by hand is nobody's.
    this.#statements.run(
      'DELETE FROM sync_people WHERE address IN (SELECT address FROM users WHERE domain = ?)',
      name,
    )
    const rows = [
      'DELETE FROM group_members WHERE group_id IN (SELECT id FROM user_groups WHERE domain = ?)',
      'DELETE FROM user_groups WHERE domain = ?',
      'DELETE FROM users WHERE domain = ?',
      'DELETE FROM domains WHERE name = ?',
    ].map((sql) => this.#statements.run(sql, name))
    this.changed(...rows)
    return ended
  }

  users(domain: string, after: string, limit: number): User[] {
    return this.#statements
      .all<Row<User>>(
        `SELECT address, domain, kind, owner, display_name AS displayName, settings FROM users
         WHERE domain = ? AND address > ? ORDER BY address LIMIT ?`,
        domain,
        after,
        limit,
      )
      .map((row) => ({ ...row, settings: JSON.parse(row.settings) }))
  }

  user(address: string): User | null {
    const row = this.#statements.get<Row<User>>(
      'SELECT address, domain, kind, owner, display_name AS displayName, settings FROM users WHERE address = ?',
      address,
    )
    return row ? { ...row, settings: JSON.parse(row.settings) } : null
  }

  countUsers(): { domain: string; users: number }[] {
    return this.#statements.all(
      'SELECT d.name AS domain, count(u.address) AS users FROM domains d LEFT JOIN users u ON u.domain = d.name GROUP BY d.name',
    )
  }

  putUsers(users: readonly User[], at: number): number {
    const added: string[] = []
    let rows = 0
    for (const user of users) {
      if (!this.#statements.get('SELECT 1 FROM users WHERE address = ?', user.address)) {
        clearPerson(this.#statements, user.address)
        added.push(user.address)
      }
      rows += this.#statements.run(
        `INSERT INTO users (address, domain, kind, owner, display_name, settings, added_at) VALUES (?, ?, ?, ?, ?, ?, ?)
         ${orUpdate('address', ['kind', 'owner', 'display_name'])}`,
        user.address,
        user.domain,
        user.kind,
        user.owner,
        user.displayName,
        JSON.stringify(user.settings),
        at,
      )
    }
    // A process of the version before leaves names behind when it removes people.
    dropLimits(this.#statements, added.map(nameOfUser))
    this.changed(rows)
    return added.length
  }

  importPeople(users: readonly User[], groups: readonly NewMembers[], at: number): Imported {
    const added = this.putUsers(users, at)
    for (const { group, addresses } of groups) this.joinGroup(group, addresses)
    return { added, changed: users.length - added }
  }

  changeUser(user: User, at: number, seen: User): boolean {
    if (!isAsSeen(this.user(user.address), seen)) return false
    this.putUsers([user], at)
    return true
  }

  removeUsers(addresses: readonly string[], at: number, seen?: User): Ended | null {
    if (seen !== undefined && !isAsSeen(this.user(seen.address), seen)) return null
    const ended = leavePeople(this.#statements, addresses, at)
    let [memberships, removed] = [0, 0]
    for (const address of addresses) {
      memberships += this.#statements.run('DELETE FROM group_members WHERE address = ?', address)
      removed += this.#statements.run('DELETE FROM users WHERE address = ?', address)
      this.#statements.run('DELETE FROM sync_people WHERE address = ?', address)
    }
    dropLimits(this.#statements, addresses.map(nameOfUser))
    const rows = [memberships, removed, ...Object.values(ended)]
    this.changed(...rows)
    return rows.some((each) => each > 0) ? ended : null
  }

  takeBack(
    names: readonly string[],
    madeBy: { readonly source: string; readonly externalId: string } | null = null,
  ): TakenBack {
    const taken = takeBack(this.#statements, names, madeBy)
    this.changed(taken.rows)
    return taken
  }

  backWithLeft(domain: string, after: string, limit: number): string[] {
    return backWithLeft(this.#statements, domain, after, limit)
  }

  renewLeft(domains: readonly string[], at: number): void {
    renewLeft(this.#statements, domains, at)
  }

  mayForgetLeft(before: number, held: readonly string[]): boolean {
    return mayForgetLeft(this.#statements, before, held)
  }

  forgetLeft(before: number, held: readonly string[]): number {
    return forgetLeft(this.#statements, before, held)
  }

  groups(domain: string): Group[] {
    return this.#statements
      .all<Row<Group>>(
        'SELECT id, domain, name, settings FROM user_groups WHERE domain = ? ORDER BY id',
        domain,
      )
      .map((row) => ({ ...row, settings: JSON.parse(row.settings) }))
  }

  joinGroup(group: Group, members: readonly string[]): boolean {
    const made = this.#statements.run(
      'INSERT OR IGNORE INTO user_groups (id, domain, name, settings) VALUES (?, ?, ?, ?)',
      group.id,
      group.domain,
      group.name,
      JSON.stringify(group.settings),
    )
    const joined = this.#addMembers(group.id, members)
    this.changed(made, joined)
    return made + joined > 0
  }

  putGroup(group: Group, members: readonly string[]): void {
    const put = this.#statements.run(
      `INSERT INTO user_groups (id, domain, name, settings) VALUES (?, ?, ?, ?)
       ${orUpdate('id', ['name', 'settings'])}`,
      group.id,
      group.domain,
      group.name,
      JSON.stringify(group.settings),
    )
    const left = this.#statements.run(
      'DELETE FROM group_members WHERE group_id = ? AND address NOT IN (SELECT value FROM json_each(?))',
      group.id,
      JSON.stringify(members),
    )
    this.changed(put, left, this.#addMembers(group.id, members))
  }

  changeMembers(id: string, add: readonly string[], remove: readonly string[]): boolean {
    const left = this.#statements.run(
      'DELETE FROM group_members WHERE group_id = ? AND address IN (SELECT value FROM json_each(?))',
      id,
      JSON.stringify(remove),
    )
    const isThere = this.#statements.get('SELECT 1 FROM user_groups WHERE id = ?', id) !== undefined
    const joined = isThere ? this.#addMembers(id, add) : 0
    this.changed(left, joined)
    return left + joined > 0
  }

  removeGroup(id: string): boolean {
    const members = this.#statements.run('DELETE FROM group_members WHERE group_id = ?', id)
    const removed = this.#statements.run('DELETE FROM user_groups WHERE id = ?', id)
    dropLimits(this.#statements, [`group:${id}`])
    this.changed(members, removed, clearGroup(this.#statements, id))
    return removed > 0
  }

  #addMembers(id: string, members: readonly string[]): number {
    const sql = 'INSERT OR IGNORE INTO group_members (group_id, address) VALUES (?, ?)'
    return members.reduce((rows, address) => rows + this.#statements.run(sql, id, address), 0)
  }

  version(): number {
    return Number(this.fact(versionFact) ?? 0)
  }

  /** Writes down that the directory is another one now, unless no statement has changed a row. */
  changed(...rows: readonly number[]): void {
    if (rows.some((each) => each > 0)) this.setFact(versionFact, String(this.version() + 1))
  }

  fact(name: string): string | null {
    return (
      this.#statements.get<{ value: string }>('SELECT value FROM facts WHERE name = ?', name)?.value ?? null
    )
  }

  facts(prefix: string): { name: string; value: string }[] {
    return this.#statements.all(
      'SELECT name, value FROM facts WHERE substr(name, 1, length(?1)) = ?1',
      prefix,
    )
  }

  setFact(name: string, value: string | null): void {
    if (value === null) this.#statements.run('DELETE FROM facts WHERE name = ?', name)
    else
      this.#statements.run(
        'INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
        name,
        value,
      )
  }

  removeFacts(names: readonly string[]): boolean {
    const sql = 'DELETE FROM facts WHERE name IN (SELECT value FROM json_each(?))'
    return this.#statements.run(sql, JSON.stringify(names)) > 0
  }

  recordedChange(change: StoreCall, lines: readonly ChangeLine[]): unknown {
    const answer = this.#run(change)
    if (answer === null || answer === false) return answer
    for (const { answerAs, withAnswer, detail, ...line } of lines)
      writeAuditLine(this.#statements, {
        ...line,
        detail: {
          ...detail,
          ...(answerAs !== undefined && { [answerAs]: answer }),
          ...(withAnswer && (answer as object)),
        },
      })
    return answer
  }

  recordChange(
    at: number,
    what: string,
    who: string,
    detail: object,
    of: { readonly tenant: string | null; readonly ip: string } = { tenant: null, ip: '' },
  ): void {
    writeAuditLine(this.#statements, { at, what, who, tenant: of.tenant, ip: of.ip, detail })
  }
}
