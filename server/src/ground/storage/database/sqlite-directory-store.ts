import type { DirectoryStore, Domain, Group, Tenant, User } from '#services/directory/directory-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

type Row<Shape> = { [Key in keyof Shape]: Shape[Key] extends object ? string : Shape[Key] }

const versionFact = 'directory-version'

/** DirectoryStore on SQLite. */
export class SqliteDirectoryStore implements Synchronous<DirectoryStore> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  tenants(): Tenant[] {
    return this.#statements
      .all<Row<Tenant>>('SELECT id, parent, level, name, settings, locked FROM tenants ORDER BY id')
      .map((row) => ({ ...row, settings: JSON.parse(row.settings), locked: JSON.parse(row.locked) }))
  }

  putTenant(tenant: Tenant): void {
    this.#changed()
    this.#statements.run(
      `INSERT INTO tenants (id, parent, level, name, settings, locked) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET parent = excluded.parent, level = excluded.level, name = excluded.name, settings = excluded.settings, locked = excluded.locked`,
      tenant.id,
      tenant.parent,
      tenant.level,
      tenant.name,
      JSON.stringify(tenant.settings),
      JSON.stringify(tenant.locked),
    )
  }

  domains(): Domain[] {
    return this.#statements
      .all<Row<Domain>>(
        'SELECT name, tenant, next_hop AS nextHop, settings FROM domains ORDER BY added_at, name',
      )
      .map((row) => ({ ...row, settings: JSON.parse(row.settings) }))
  }

  putDomain(domain: Domain, at: number): void {
    this.#changed()
    this.#statements.run(
      `INSERT INTO domains (name, tenant, next_hop, settings, added_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET tenant = excluded.tenant, next_hop = excluded.next_hop, settings = excluded.settings`,
      domain.name,
      domain.tenant,
      domain.nextHop,
      JSON.stringify(domain.settings),
      at,
    )
  }

  removeDomain(name: string): boolean {
    this.#changed()
    this.#statements.run(
      'DELETE FROM group_members WHERE group_id IN (SELECT id FROM user_groups WHERE domain = ?)',
      name,
    )
    this.#statements.run('DELETE FROM user_groups WHERE domain = ?', name)
    this.#statements.run('DELETE FROM users WHERE domain = ?', name)
    return this.#statements.run('DELETE FROM domains WHERE name = ?', name) > 0
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
    this.#changed()
    let added = 0
    for (const user of users) {
      if (!this.#statements.get('SELECT 1 FROM users WHERE address = ?', user.address)) added += 1
      this.#statements.run(
        `INSERT INTO users (address, domain, kind, owner, display_name, settings, added_at) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (address) DO UPDATE SET kind = excluded.kind, owner = excluded.owner, display_name = excluded.display_name, settings = excluded.settings`,
        user.address,
        user.domain,
        user.kind,
        user.owner,
        user.displayName,
        JSON.stringify(user.settings),
        at,
      )
    }
    return added
  }

  removeUsers(addresses: readonly string[]): number {
    this.#changed()
    let removed = 0
    for (const address of addresses) {
      this.#statements.run('DELETE FROM group_members WHERE address = ?', address)
      removed += this.#statements.run('DELETE FROM users WHERE address = ?', address)
    }
    return removed
  }

  groups(domain: string): Group[] {
    return this.#statements
      .all<Row<Group>>(
        'SELECT id, domain, name, settings FROM user_groups WHERE domain = ? ORDER BY id',
        domain,
      )
      .map((row) => ({ ...row, settings: JSON.parse(row.settings) }))
  }

  joinGroup(group: Group, members: readonly string[]): void {
    this.#changed()
    this.#statements.run(
      'INSERT OR IGNORE INTO user_groups (id, domain, name, settings) VALUES (?, ?, ?, ?)',
      group.id,
      group.domain,
      group.name,
      JSON.stringify(group.settings),
    )
    for (const address of members)
      this.#statements.run(
        'INSERT OR IGNORE INTO group_members (group_id, address) VALUES (?, ?)',
        group.id,
        address,
      )
  }

  putGroup(group: Group, members: readonly string[]): void {
    this.#changed()
    this.#statements.run(
      `INSERT INTO user_groups (id, domain, name, settings) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, settings = excluded.settings`,
      group.id,
      group.domain,
      group.name,
      JSON.stringify(group.settings),
    )
    this.#statements.run('DELETE FROM group_members WHERE group_id = ?', group.id)
    for (const address of members)
      this.#statements.run('INSERT INTO group_members (group_id, address) VALUES (?, ?)', group.id, address)
  }

  version(): number {
    return Number(this.fact(versionFact) ?? 0)
  }

  #changed(): void {
    this.setFact(versionFact, String(this.version() + 1))
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

  recordChange(at: number, what: string, who: string, detail: object): void {
    this.#statements.run(
      'INSERT INTO changes (at, what, who, detail) VALUES (?, ?, ?, ?)',
      at,
      what,
      who,
      JSON.stringify(detail),
    )
  }
}
