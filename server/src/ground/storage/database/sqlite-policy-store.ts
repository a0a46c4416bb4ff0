import type { RuleText } from '#flow/inspection/message-rule.ts'
import type { ListedSender } from '#flow/inspection/tenant-book.ts'
import type {
  KeptRule,
  KeptSender,
  LevelSettings,
  PolicyClash,
  PolicyStore,
  RulePause,
  RuleSkip,
  SenderQuery,
  VersionQuery,
} from '#services/policy/policy-store.ts'
import type {
  PolicyEdit,
  PolicyStep,
  PolicyVersion,
  PolicyVersionLine,
} from '#services/policy/policy-version.ts'
import { raiseDirectoryVersion } from './directory-version.ts'
import { endOvertaken } from './end-overtaken.ts'
import { isAsBefore } from './is-as-before.ts'
import { isAsSeen } from './is-as-seen.ts'
import { levelConditions } from './level-conditions.ts'
import { PolicyVersionRows } from './policy-version-rows.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

interface RuleRow {
  readonly id: string
  readonly scope: string
  readonly position: number
  readonly enabled: number
  readonly locked: number
  readonly owner: string
  readonly changedAt: number
  readonly changedBy: string
  readonly paused: string | null
  readonly rule: string
}

const ruleColumns =
  'id, scope, position, enabled, locked, owner, changed_at AS changedAt, changed_by AS changedBy, paused, rule'

/** Messages kept for rules that were not asked about them; a rule that is slow for all mail must not fill the disk. */
const mostSkips = 1000

/** Where the settings of a level are, by the word before its colon. */
const levelTables: Readonly<Record<string, readonly [table: string, key: string, hasLocks: boolean]>> = {
  tenant: ['tenants', 'id', true],
  domain: ['domains', 'name', true],
  group: ['user_groups', 'id', true],
  user: ['users', 'address', false],
}

/** PolicyStore on SQLite. Whatever the snapshot holds makes the directory another one when it changes. */
export class SqlitePolicyStore implements Synchronous<PolicyStore> {
  readonly #statements: Statements
  readonly #versions: PolicyVersionRows

  constructor(statements: Statements) {
    this.#statements = statements
    this.#versions = new PolicyVersionRows(statements)
  }

  change(step: PolicyStep): { readonly version: number } | PolicyClash {
    if (!isAsSeen(this.settingsOf(step.scope), step.seen)) return { version: null, edit: -1 }
    this.#statements.run('SAVEPOINT policy_step')
    for (const [edit, each] of step.edits.entries()) {
      if (this.#make(each)) continue
      this.#statements.run('ROLLBACK TO policy_step')
      this.#statements.run('RELEASE policy_step')
      return { version: null, edit }
    }
    const version = this.#versions.add(step)
    endOvertaken(this.#statements, step.edits, step.at)
    this.#changed()
    this.#statements.run('RELEASE policy_step')
    return { version }
  }

  versions(query: VersionQuery): PolicyVersionLine[] {
    return this.#versions.list(query)
  }

  version(version: number): PolicyVersion | null {
    return this.#versions.read(version)
  }

  /**
   * Number of the first edit that finds something else than its `before`, or a rule that was paused or has gone on since;
   * null: none does. Each is held against what is there now, and nothing is changed.
   */
  clash(edits: readonly PolicyEdit[]): number | null {
    const found = edits.findIndex((each) => !isAsBefore(this, each) || this.#isPausedSince(each))
    return found < 0 ? null : found
  }

  #isPausedSince(edit: PolicyEdit): boolean {
    if (edit.what !== 'rule' || edit.before === null) return false
    return (this.rule(edit.id)?.paused === null) !== (edit.before.paused === null)
  }

  /** False: what it would change is no more as it says. */
  #make(edit: PolicyEdit): boolean {
    if (!isAsBefore(this, edit)) return false
    switch (edit.what) {
      case 'setting':
        this.#makeSetting(edit)
        break
      case 'sender':
        this.#makeSender(edit)
        break
      case 'rule':
        this.#makeRule(edit)
        break
      case 'order':
        this.#makeOrder(edit)
    }
    return true
  }

  #makeSetting({ scope, name, after }: PolicyEdit & { what: 'setting' }): void {
    const level = this.settingsOf(scope)
    const { [name]: _old, ...others } = level?.settings ?? {}
    this.#putSettings(scope, {
      settings: after.value === null ? others : { ...others, [name]: after.value },
      locked: [...(level?.locked ?? []).filter((each) => each !== name), ...(after.locked ? [name] : [])],
    })
  }

  #makeSender({ scope, entry, kind, after }: PolicyEdit & { what: 'sender' }): void {
    if (after === null) this.#deleteSender({ scope, entry, kind })
    else this.#putSender({ scope, entry, kind, ...after })
  }

  #makeRule({ id, after }: PolicyEdit & { what: 'rule' }): void {
    const found = this.rule(id)
    if (after === null) this.#deleteRule(id)
    else this.#putRule(found === null ? after : { ...after, position: found.position })
  }

  #makeOrder({ scope, after }: PolicyEdit & { what: 'order' }): void {
    for (const [position, id] of after.entries())
      this.#statements.run('UPDATE rules SET position = ? WHERE id = ? AND scope = ?', position, id, scope)
  }

  rules(scope: string | null): KeptRule[] {
    return this.#statements
      .all<RuleRow>(
        `SELECT ${ruleColumns} FROM rules WHERE ?1 IS NULL OR scope = ?1 ORDER BY scope, position, id`,
        scope,
      )
      .map(toRule)
  }

  rule(id: string): KeptRule | null {
    const row = this.#statements.get<RuleRow>(`SELECT ${ruleColumns} FROM rules WHERE id = ?`, id)
    return row ? toRule(row) : null
  }

  #putRule(rule: KeptRule): void {
    const { name, direction, conditions, exceptions, actions } = rule
    this.#statements.run(
      `INSERT OR REPLACE INTO rules (id, scope, position, enabled, locked, owner, changed_at, changed_by, paused, rule)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      rule.id,
      rule.scope,
      rule.position,
      Number(rule.enabled),
      Number(rule.locked),
      rule.owner,
      rule.changedAt,
      rule.changedBy,
      rule.paused && JSON.stringify(rule.paused),
      JSON.stringify({ name, direction, conditions, exceptions, actions } satisfies RuleText),
    )
  }

  #deleteRule(id: string): void {
    this.#statements.run('DELETE FROM rule_skips WHERE rule_id = ?', id)
    this.#statements.run('DELETE FROM rules WHERE id = ?', id)
  }

  pauseRule(id: string, pause: RulePause): boolean {
    const sql = 'UPDATE rules SET paused = ? WHERE id = ? AND paused IS NULL AND enabled = 1'
    if (this.#statements.run(sql, JSON.stringify(pause), id) === 0) return false
    const scope = this.rule(id)?.scope ?? ''
    endOvertaken(this.#statements, [{ what: 'rule', scope, id }], pause.at)
    this.#changed()
    return true
  }

  senders(scope: string | null): KeptSender[] {
    return this.#statements.all<KeptSender>(
      `SELECT scope, entry, kind, added_at AS addedAt, added_by AS addedBy FROM sender_lists
       WHERE ?1 IS NULL OR scope = ?1 ORDER BY scope, entry, kind`,
      scope,
    )
  }

  findSenders({ after, limit, ...query }: SenderQuery): KeptSender[] {
    const { sql, values } = senderConditions(query)
    return this.#statements.all<KeptSender>(
      `SELECT scope, entry, kind, added_at AS addedAt, added_by AS addedBy FROM sender_lists
       WHERE ${sql} AND (?6 = '' OR scope || char(10) || entry || char(10) || kind > ?6)
       ORDER BY scope || char(10) || entry || char(10) || kind LIMIT ?7`,
      ...values,
      after,
      limit,
    )
  }

  countSenders(query: Omit<SenderQuery, 'after' | 'limit'>): number {
    const { sql, values } = senderConditions(query)
    return (
      this.#statements.get<{ count: number }>(
        `SELECT count(*) AS count FROM sender_lists WHERE ${sql}`,
        ...values,
      )?.count ?? 0
    )
  }

  listed(scopes: readonly string[], entries: readonly string[]): KeptSender[] {
    return this.#statements.all<KeptSender>(
      `SELECT scope, entry, kind, added_at AS addedAt, added_by AS addedBy FROM sender_lists
       WHERE scope IN (SELECT value FROM json_each(?)) AND entry IN (SELECT value FROM json_each(?))`,
      JSON.stringify(scopes),
      JSON.stringify(entries),
    )
  }

  #putSender({ scope, entry, kind, addedAt, addedBy }: KeptSender): void {
    this.#statements.run(
      'INSERT OR IGNORE INTO sender_lists (scope, entry, kind, added_at, added_by) VALUES (?, ?, ?, ?, ?)',
      scope,
      entry,
      kind,
      addedAt,
      addedBy,
    )
  }

  #deleteSender({ scope, entry, kind }: ListedSender): void {
    this.#statements.run(
      'DELETE FROM sender_lists WHERE scope = ? AND entry = ? AND kind = ?',
      scope,
      entry,
      kind,
    )
  }

  settingsOf(scope: string): LevelSettings | null {
    const [[table, key, hasLocks], id] = placeOf(scope)
    const locked = hasLocks ? 'locked' : "'[]' AS locked"
    const row = this.#statements.get<{ settings: string; locked: string }>(
      `SELECT settings, ${locked} FROM ${table} WHERE ${key} = ?`,
      id,
    )
    return row ? { settings: JSON.parse(row.settings), locked: JSON.parse(row.locked) } : null
  }

  personLevels(address: string): string[] {
    const sql = `SELECT 'user:' || u.owner AS scope, (SELECT json_group_array('group:' || group_id) FROM
       (SELECT group_id FROM group_members WHERE address = u.owner ORDER BY group_id)) AS groups
       FROM users u WHERE u.address = ?`
    const row = this.#statements.get<{ scope: string; groups: string }>(sql, address)
    return row ? [...(JSON.parse(row.groups) as string[]), row.scope] : []
  }

  valuesOf(name: string): string[] {
    // Most people have none of their own: their rows are not parsed.
    const parts = Object.values(levelTables).map(
      ([table]) =>
        `SELECT e.value FROM ${table} t, json_each(t.settings) e WHERE t.settings <> '{}' AND e.key = ?1`,
    )
    return this.#statements.all<{ value: string }>(parts.join(' UNION '), name).map(({ value }) => value)
  }

  #putSettings(scope: string, { settings, locked }: LevelSettings): void {
    const [[table, key, hasLocks], id] = placeOf(scope)
    this.#statements.run(`UPDATE ${table} SET settings = ? WHERE ${key} = ?`, JSON.stringify(settings), id)
    if (hasLocks)
      this.#statements.run(`UPDATE ${table} SET locked = ? WHERE ${key} = ?`, JSON.stringify(locked), id)
  }

  noteSkips(skips: readonly RuleSkip[]): void {
    for (const { ruleId, messageId, at } of skips)
      this.#statements.run(
        `INSERT OR IGNORE INTO rule_skips (rule_id, message_id, at)
         SELECT ?1, ?2, ?3 WHERE (SELECT count(*) FROM rule_skips WHERE rule_id = ?1) < ${mostSkips}`,
        ruleId,
        messageId,
        at,
      )
  }

  skips(ruleId: string, limit: number): RuleSkip[] {
    return this.#statements.all(
      'SELECT rule_id AS ruleId, message_id AS messageId, at FROM rule_skips WHERE rule_id = ? ORDER BY message_id LIMIT ?',
      ruleId,
      limit,
    )
  }

  forgetSkips(ruleId: string, messageIds: readonly string[]): void {
    for (const id of messageIds)
      this.#statements.run('DELETE FROM rule_skips WHERE rule_id = ? AND message_id = ?', ruleId, id)
  }

  #changed(): void {
    raiseDirectoryVersion(this.#statements)
  }
}

/** Numbered values, since a page asks for more after them. */
function senderConditions({ kind, find = '', ...selection }: Omit<SenderQuery, 'after' | 'limit'>) {
  const { sql, values } = levelConditions(selection)
  return {
    sql: `${sql} AND (?4 IS NULL OR kind = ?4) AND (?5 = '' OR instr(entry, ?5) > 0)`,
    values: [...values, kind ?? null, find] as const,
  }
}

function placeOf(scope: string) {
  const colon = scope.indexOf(':')
  const place = levelTables[scope.slice(0, colon)]
  if (!place) throw new Error(`there is no level ${scope}`)
  return [place, scope.slice(colon + 1)] as const
}

function toRule({ rule, paused, enabled, locked, ...row }: RuleRow): KeptRule {
  return {
    ...row,
    ...(JSON.parse(rule) as RuleText),
    enabled: enabled === 1,
    locked: locked === 1,
    paused: paused === null ? null : (JSON.parse(paused) as RulePause),
  }
}
