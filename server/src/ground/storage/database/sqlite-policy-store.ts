import type { RuleText } from '#flow/inspection/message-rule.ts'
import type { ListedSender } from '#flow/inspection/tenant-book.ts'
import type {
  KeptRule,
  KeptSender,
  LevelSettings,
  PolicyStore,
  RulePause,
  RuleSkip,
} from '#services/policy/policy-store.ts'
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

  constructor(statements: Statements) {
    this.#statements = statements
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

  putRule(rule: KeptRule): void {
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
    this.#changed()
  }

  orderRules(scope: string, ids: readonly string[]): void {
    for (const [position, id] of ids.entries())
      this.#statements.run('UPDATE rules SET position = ? WHERE id = ? AND scope = ?', position, id, scope)
    this.#changed()
  }

  deleteRule(id: string): boolean {
    this.#statements.run('DELETE FROM rule_skips WHERE rule_id = ?', id)
    this.#changed()
    return this.#statements.run('DELETE FROM rules WHERE id = ?', id) > 0
  }

  pauseRule(id: string, pause: RulePause): boolean {
    const sql = 'UPDATE rules SET paused = ? WHERE id = ? AND paused IS NULL AND enabled = 1'
    if (this.#statements.run(sql, JSON.stringify(pause), id) === 0) return false
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

  putSender({ scope, entry, kind, addedAt, addedBy }: KeptSender): void {
    this.#statements.run(
      'INSERT OR IGNORE INTO sender_lists (scope, entry, kind, added_at, added_by) VALUES (?, ?, ?, ?, ?)',
      scope,
      entry,
      kind,
      addedAt,
      addedBy,
    )
    this.#changed()
  }

  deleteSender({ scope, entry, kind }: ListedSender): boolean {
    this.#changed()
    const sql = 'DELETE FROM sender_lists WHERE scope = ? AND entry = ? AND kind = ?'
    return this.#statements.run(sql, scope, entry, kind) > 0
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

  putSettings(scope: string, { settings, locked }: LevelSettings): void {
    const [[table, key, hasLocks], id] = placeOf(scope)
    this.#statements.run(`UPDATE ${table} SET settings = ? WHERE ${key} = ?`, JSON.stringify(settings), id)
    if (hasLocks)
      this.#statements.run(`UPDATE ${table} SET locked = ? WHERE ${key} = ?`, JSON.stringify(locked), id)
    this.#changed()
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
    this.#statements.run(
      `INSERT INTO facts (name, value) VALUES ('directory-version', '1')
       ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)`,
    )
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
