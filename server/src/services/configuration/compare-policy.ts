import { OrderError } from '#services/ledger/order-error.ts'
import { checkedEntry, readEntry } from '#services/policy/list-senders.ts'
import type { LevelSettings, PolicyStore } from '#services/policy/policy-store.ts'
import { readScope, type Scope } from '#services/policy/scope.ts'
import { checkSettingAt, type LevelChange, lockOf } from '#services/policy/set-level-setting.ts'
import { assertRoom, type CheckRule, checkOwner, checkRuleAt } from '#services/policy/write-rule.ts'
import { answerOrNull, type Compared, compare, objection, refuse } from './compared.ts'
import {
  type ConfigurationDocument,
  isLevelOf,
  type LevelEntry,
  type RuleEntry,
  type SenderEntry,
} from './configuration-document.ts'
import type { PlannedDirectory } from './planned-directory.ts'

export interface SettingEntry extends LevelChange {
  readonly level: string
  readonly locked: boolean
  /** How many levels there are from the widest down to this one; 0: it cannot be looked up. */
  readonly depth: number
}

export interface ComparedRule extends RuleEntry {
  /** Of the rule of this name that is here; null: there is none. */
  readonly id: string | null
}

export interface ComparedPolicy {
  readonly settings: readonly Compared<SettingEntry>[]
  readonly senders: readonly Compared<SenderEntry>[]
  readonly rules: readonly Compared<ComparedRule>[]
}

interface Comparing {
  readonly policy: PolicyStore
  readonly planned: PlannedDirectory
  readonly checkRule: CheckRule
  /** What the document is about. */
  readonly listed: { readonly tenants: ReadonlySet<string>; readonly domains: ReadonlySet<string> }
}

/** Settings, lists and rules of a document, held against the site. */
export async function comparePolicy(
  parts: Omit<Comparing, 'listed'>,
  document: ConfigurationDocument,
): Promise<ComparedPolicy> {
  const listed = {
    tenants: new Set(document.tenants.map(({ id }) => id)),
    domains: new Set(document.domains.map(({ name }) => name)),
  }
  const comparing = { ...parts, listed }
  const settings: Compared<SettingEntry>[] = []
  for (const each of document.levels) settings.push(...(await compareLevel(comparing, each)))
  const own = new Set((await comparing.planned.domains()).map(({ name }) => name))
  const senders: Compared<SenderEntry>[] = []
  for (const each of document.senders) senders.push(await compareSender(comparing, each, own))
  const rules: Compared<ComparedRule>[] = []
  for (const [level, mine] of Map.groupBy(document.rules, ({ scope }) => scope))
    rules.push(...(await compareRules(comparing, level, mine)))
  return { settings, senders, rules }
}

/** A level that the document may say something of, or why it may not. */
async function scopeOf({ planned, listed }: Comparing, level: string): Promise<Scope | string> {
  const scope = await answerOrNull(() => readScope(level, planned))
  if (scope === null) return `there is no ${level}`
  // An alias has no level of its own: what is said of it would be set for whom it belongs to.
  if (scope.name !== level) return `its level is called ${scope.name}; say it of that one`
  return isLevelOf(listed, level) ? scope : `the file lists no tenant or domain for ${level}`
}

async function compareLevel(
  comparing: Comparing,
  { level, settings, locked }: LevelEntry,
): Promise<Compared<SettingEntry>[]> {
  const here = await comparing.policy.settingsOf(level)
  const found = await scopeOf(comparing, level)
  const scope = typeof found === 'string' ? null : found
  const depth = scope?.chain.length ?? 0
  const lines: Compared<SettingEntry>[] = []
  for (const name of new Set([...Object.keys(settings), ...locked])) {
    const entry = { level, name, value: settings[name] ?? null, locked: locked.includes(name), depth }
    const what = { what: 'setting', name: `${level} ${name}`, entry } as const
    const wrong = typeof found === 'string' ? found : objection(() => checkSettingAt(found, entry))
    const compared = compare(what, here && wordsOf(here, name), wordsOf({ settings, locked }, name) ?? '')
    const lock = scope && compared.fate !== 'same' ? await lockOf(comparing.policy, scope, name) : null
    if (wrong !== null) lines.push(refuse(what, wrong))
    else lines.push(lock === null ? compared : refuse(what, `${lock} has locked it`))
  }
  return lines
}

/** Null: nothing is said of it at this level. */
function wordsOf({ settings, locked }: LevelSettings, name: string): string | null {
  const isLocked = locked.includes(name)
  const value = settings[name]
  if (value === undefined && !isLocked) return null
  return `${value ?? 'inherited'}${isLocked ? ', locked' : ''}`
}

async function compareSender(
  comparing: Comparing,
  entry: SenderEntry,
  own: ReadonlySet<string>,
): Promise<Compared<SenderEntry>> {
  const what = { what: 'sender', name: `${entry.level} ${entry.entry}`, entry } as const
  const scope = await scopeOf(comparing, entry.level)
  if (typeof scope === 'string') return refuse(what, scope)
  if (entry.kind !== 'allow' && entry.kind !== 'block') return refuse(what, 'its kind is allow or block')
  const wrong = objection(() => checkedEntry(own, entry.kind, entry.entry))
  if (wrong !== null) return refuse(what, wrong)
  const there = await comparing.policy.listed([entry.level], [readEntry(entry.entry)])
  return compare(what, there.some(({ kind }) => kind === entry.kind) ? entry.kind : null, entry.kind)
}

/** Rules of one level. Those that are here word for word are found first; the others by their names. */
async function compareRules(
  comparing: Comparing,
  level: string,
  entries: readonly RuleEntry[],
): Promise<Compared<ComparedRule>[]> {
  const refuseAll = (why: string) => entries.map((entry) => refuse(whatOf(level, entry, null), why))
  // Whatever stands here of them: a level has no room for so many.
  const tooMany = objection(() => assertRoom(level, entries.length))
  if (tooMany !== null) return refuseAll(tooMany)
  const scope = await scopeOf(comparing, level)
  if (typeof scope === 'string') return refuseAll(scope)
  const here = await comparing.policy.rules(level)
  const byText = Map.groupBy(here, textOf)
  const read = []
  for (const entry of entries) {
    const rule = await readRule(comparing, scope, entry)
    read.push({ entry, rule, same: typeof rule === 'string' ? undefined : byText.get(textOf(rule))?.shift() })
  }
  const left = Map.groupBy([...byText.values()].flat(), ({ name }) => name)
  const wanted = Map.groupBy(
    read.flatMap(({ rule, same }) => (typeof rule === 'string' || same ? [] : [rule.name])),
    (name) => name,
  )
  const added = [...wanted].reduce((sum, [name, all]) => sum + (left.has(name) ? 0 : all.length), 0)
  const noRoom = objection(() => assertRoom(level, here.length + added))
  return read.map(({ entry, rule, same }) => {
    if (typeof rule === 'string') return refuse(whatOf(level, entry, null), rule)
    const found = same ? [same] : (left.get(rule.name) ?? [])
    const line = whatOf(level, rule, found[0]?.id ?? null)
    if (!same && (found.length > 1 || (found.length === 1 && (wanted.get(rule.name)?.length ?? 0) > 1)))
      return refuse(line, `several rules are called ${rule.name}: which one it is cannot be told`)
    if (noRoom !== null && found.length === 0) return refuse(line, noRoom)
    return compare(line, found[0] ? textOf(found[0]) : null, textOf(rule))
  })
}

function whatOf(level: string, rule: RuleEntry, id: string | null) {
  return { what: 'rule', name: `${level} ${rule.name}`, entry: { ...rule, id } } as const
}

/** A rule as it would be kept, or why it cannot be. */
async function readRule(comparing: Comparing, scope: Scope, entry: RuleEntry): Promise<RuleEntry | string> {
  try {
    const text = await checkRuleAt({ directory: comparing.planned }, scope, entry, comparing.checkRule)
    const owner = typeof entry.owner === 'string' ? entry.owner : ''
    checkOwner(owner)
    const [enabled, locked] = [entry.enabled !== false, entry.locked === true]
    return { ...text, scope: scope.name, enabled, locked, owner }
  } catch (cause) {
    if (cause instanceof OrderError) return cause.message
    throw cause
  }
}

/** What makes a rule the same rule, wherever it stands. */
function textOf({
  name,
  direction,
  conditions,
  exceptions,
  actions,
  enabled,
  locked,
  owner,
}: RuleEntry): string {
  return JSON.stringify({ name, direction, conditions, exceptions, actions, enabled, locked, owner })
}
