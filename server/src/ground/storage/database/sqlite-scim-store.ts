import type {
  PushedPerson,
  PushNote,
  ScimBodies,
  ScimCondition,
  ScimKind,
  ScimPut,
  ScimResource,
  ScimStore,
  ScimToken,
  ScimWrite,
} from '#services/sync/scim/scim-store.ts'
import { membersWithGroups, ScimMembers, stands } from './scim-members.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** Bytes of what a page tells; one is told however long it is. */
const pageBytes = 1 << 20
/** About what a member takes. */
const memberBytes = 40
const tokenColumns =
  't.id, t.source, s.tenant, t.hash, t.created_at AS createdAt, t.created_by AS createdBy, t.used_at AS usedAt'
const resourceColumns = 'r.id, r.version, r.created_at AS createdAt, r.changed_at AS changedAt, r.body'

type ResourceRow = Omit<ScimResource, 'body'> & { readonly body: string }

/** ScimStore on SQLite. */
export class SqliteScimStore implements Synchronous<ScimStore> {
  readonly #statements: Statements

  readonly #members: ScimMembers

  constructor(statements: Statements) {
    this.#statements = statements
    this.#members = new ScimMembers(statements)
  }

  token(id: string): ScimToken | null {
    return (
      this.#statements.get<ScimToken>(
        `SELECT ${tokenColumns} FROM scim_tokens t JOIN sync_sources s ON s.id = t.source
         JOIN tenants ON tenants.id = s.tenant WHERE t.id = ?`,
        id,
      ) ?? null
    )
  }

  tokens(sources: readonly string[]): ScimToken[] {
    return this.#statements.all<ScimToken>(
      `SELECT ${tokenColumns} FROM scim_tokens t JOIN sync_sources s ON s.id = t.source
       WHERE t.source IN (SELECT value FROM json_each(?)) ORDER BY t.source, t.id`,
      JSON.stringify(sources),
    )
  }

  addToken(
    { id, source, hash, createdAt, createdBy }: Parameters<ScimStore['addToken']>[0],
    most: number,
  ): boolean {
    const added = this.#statements.run(
      `INSERT INTO scim_tokens (id, source, hash, created_at, created_by)
       SELECT ?1, ?2, ?3, ?4, ?5 WHERE (SELECT count(*) FROM scim_tokens WHERE source = ?2) < ?6`,
      id,
      source,
      hash,
      createdAt,
      createdBy,
      most,
    )
    return added > 0
  }

  touchToken(id: string, at: number): void {
    this.#statements.run('UPDATE scim_tokens SET used_at = ?2 WHERE id = ?1', id, at)
  }

  removeToken(source: string, id: string): boolean {
    return this.#statements.run('DELETE FROM scim_tokens WHERE source = ? AND id = ?', source, id) > 0
  }

  resource<Kind extends ScimKind>(source: string, kind: Kind, id: string): ScimResource<Kind> | null {
    const row = this.#statements.get<ResourceRow>(
      `SELECT ${resourceColumns} FROM scim_resources r WHERE r.source = ? AND r.kind = ? AND r.id = ?`,
      source,
      kind,
      id,
    )
    return row ? toResource<Kind>(row) : null
  }

  find<Kind extends ScimKind>(
    source: string,
    kind: Kind,
    conditions: readonly ScimCondition[],
    from: number,
    limit: number,
  ): { total: number; found: ScimResource<Kind>[] } {
    const where = ['r.source = ?', 'r.kind = ?', ...conditions.map(({ name }) => clauseOf(name))].join(
      ' AND ',
    )
    const values = [
      source,
      kind,
      ...conditions.flatMap(({ name, value }) =>
        name === 'id' ? [value] : name === 'members' ? [source, value] : [source, kind, name, value],
      ),
    ]
    const total = this.#statements.get<{ total: number }>(
      `SELECT count(*) AS total FROM scim_resources r WHERE ${where}`,
      ...values,
    )
    const rows = this.#statements.all<ResourceRow>(
      `SELECT id, version, createdAt, changedAt, body FROM (
         SELECT p.*, sum(length(CAST(body AS BLOB))) OVER (ORDER BY id) AS upTo, row_number() OVER (ORDER BY id) AS place FROM (
           SELECT ${resourceColumns} FROM scim_resources r WHERE ${where} ORDER BY r.id LIMIT ? OFFSET ?) p)
       WHERE upTo <= ? OR place = 1 ORDER BY id`,
      ...values,
      limit,
      from,
      pageBytes,
    )
    return { total: total?.total ?? 0, found: rows.map((each) => toResource<Kind>(each)) }
  }

  members(source: string, group: string, after: string, limit: number): { id: string; userName: string }[] {
    return this.#statements.all(
      `SELECT r.id, substr(json_extract(r.body, '$.userName'), 1, 256) AS userName FROM scim_resources g
       JOIN scim_members m ON m.source = g.source AND ${stands}
       JOIN scim_resources r ON r.source = m.source AND r.kind = 'user' AND r.id = m.member
       WHERE g.source = ? AND g.kind = 'group' AND g.id = ? AND m.member > ? ORDER BY m.member LIMIT ?`,
      source,
      group,
      after,
      limit,
    )
  }

  memberIds(source: string, group: string, after: string, limit: number): string[] {
    return this.#members.ids(source, group, after, limit)
  }

  stageMembers(source: string, set: string, ids: readonly string[], dueAt: number): void {
    this.#members.stage(source, set, ids, dueAt)
  }

  clearMembers(source: string | null, at: number, limit: number): number {
    return this.#members.clear(source, at, limit)
  }

  put<Kind extends ScimKind>(
    source: string,
    kind: Kind,
    { id, body, keys, members, seen }: ScimWrite<Kind>,
    note: PushNote,
  ): ScimPut {
    const before = this.#statements.get<{ version: number; bytes: number; set: string }>(
      'SELECT version, member_set AS "set", length(CAST(body AS BLOB)) AS bytes FROM scim_resources WHERE source = ? AND kind = ? AND id = ?',
      source,
      kind,
      id,
    )
    if ((before?.version ?? null) !== seen) return 'changed'
    if (members.set !== null && !this.#members.isWhole(source, id + members.set)) return 'changed'
    if (this.#isTaken(source, kind, id, keys)) return 'taken'
    const text = JSON.stringify(body)
    const more = Buffer.byteLength(text) - (before?.bytes ?? 0)
    const wanted = more + this.#members.countMore(source, id, before?.set ?? null, members) * memberBytes
    if (wanted > 0 && this.#bytesOf(source) + wanted > note.mostBytes) {
      this.#refuse(source, wanted, note)
      return 'full'
    }
    this.#statements.run(
      `INSERT INTO scim_resources (source, kind, id, version, created_at, changed_at, body) VALUES (?1, ?2, ?3, 1, ?4, ?4, ?5)
       ON CONFLICT (source, kind, id) DO UPDATE SET version = version + 1, changed_at = ?4, body = ?5`,
      source,
      kind,
      id,
      note.at,
      text,
    )
    this.#writeKeys(source, kind, id, keys)
    const joined = this.#members.change(source, id, before?.set ?? null, members, note.at)
    this.#note(source, more + joined * memberBytes, note)
    return 'done'
  }

  remove(source: string, kind: ScimKind, id: string, note: PushNote): boolean {
    const gone = this.#statements.get<{ bytes: number; set: string }>(
      'SELECT member_set AS "set", length(CAST(body AS BLOB)) AS bytes FROM scim_resources WHERE source = ? AND kind = ? AND id = ?',
      source,
      kind,
      id,
    )
    if (!gone) return false
    const left =
      kind === 'user'
        ? this.#members.removePerson(source, id)
        : this.#members.removeAll(source, id, gone.set, note.at)
    this.#statements.run(
      'DELETE FROM scim_resources WHERE source = ? AND kind = ? AND id = ?',
      source,
      kind,
      id,
    )
    this.#writeKeys(source, kind, id, [])
    this.#note(source, -gone.bytes - left * memberBytes, note)
    return true
  }

  people(source: string, after: string, limit: number, groups: number): PushedPerson[] {
    return this.#statements
      .all<{ id: string; body: string; groups: string }>(
        `SELECT r.id, r.body,
           (SELECT json_group_array(name) FROM (SELECT json_extract(g.body, '$.displayName') AS name
            FROM ${membersWithGroups} WHERE m.source = r.source AND m.member = r.id LIMIT ?4)) AS groups
         FROM scim_resources r
         WHERE r.source = ?1 AND r.kind = 'user' AND r.id > ?2 AND json_extract(r.body, '$.active') = 1
         ORDER BY r.id LIMIT ?3`,
        source,
        after,
        limit,
        groups,
      )
      .map(({ id, body, groups }) => ({ id, user: JSON.parse(body), groups: JSON.parse(groups) }))
  }

  /** Names for signing in tell people apart (RFC 7643, 4.1.1). */
  #isTaken(source: string, kind: ScimKind, id: string, keys: readonly ScimCondition[]): boolean {
    const name = kind === 'user' ? keys.find((each) => each.name === 'username') : undefined
    if (!name) return false
    const other = this.#statements.get(
      'SELECT 1 FROM scim_keys WHERE source = ? AND kind = ? AND name = ? AND value = ? AND id <> ?',
      source,
      kind,
      name.name,
      name.value,
      id,
    )
    return other !== undefined
  }

  #writeKeys(source: string, kind: ScimKind, id: string, keys: readonly ScimCondition[]): void {
    this.#statements.run('DELETE FROM scim_keys WHERE source = ? AND kind = ? AND id = ?', source, kind, id)
    for (const { name, value } of keys)
      this.#statements.run(
        'INSERT OR IGNORE INTO scim_keys (source, kind, name, value, id) VALUES (?, ?, ?, ?, ?)',
        source,
        kind,
        name,
        value,
        id,
      )
  }

  /** What finds no room is missing: the source runs soon, and says so. */
  #refuse(source: string, wanted: number, { at, dueAt }: PushNote): void {
    this.#statements.run(
      `UPDATE sync_sources SET push_refused_at = ?2, push_refused_bytes = ?3, push_due_at = min(ifnull(push_due_at, ?4), ?4)
       WHERE id = ?1`,
      source,
      at,
      wanted,
      dueAt,
    )
  }

  #bytesOf(source: string): number {
    const found = this.#statements.get<{ bytes: number }>(
      'SELECT pushed_bytes AS bytes FROM sync_sources WHERE id = ?',
      source,
    )
    return found?.bytes ?? 0
  }

  /** The source has changed: it runs soon, with all that is pushed until then. */
  #note(source: string, more: number, { dueAt, mostBytes }: PushNote): void {
    this.#statements.run(
      `UPDATE sync_sources SET pushed_bytes = max(0, pushed_bytes + ?2), push_due_at = min(ifnull(push_due_at, ?3), ?3),
         push_refused_at = iif(pushed_bytes + ?2 + push_refused_bytes <= ?4, NULL, push_refused_at)
       WHERE id = ?1`,
      source,
      more,
      dueAt,
      mostBytes,
    )
  }
}

function clauseOf(name: string): string {
  if (name === 'id') return 'r.id = ?'
  if (name === 'members')
    return `r.id IN (SELECT g.id FROM ${membersWithGroups} WHERE m.source = ? AND m.member = ?)`
  return 'r.id IN (SELECT id FROM scim_keys WHERE source = ? AND kind = ? AND name = ? AND value = ?)'
}

function toResource<Kind extends ScimKind>({ body, ...row }: ResourceRow): ScimResource<Kind> {
  return { ...row, body: JSON.parse(body) as ScimBodies[Kind] }
}
