import { OrderError } from '#services/ledger/order-error.ts'
import { checkedEntry, readEntry } from '#services/policy/list-senders.ts'
import type { KeptRule, LevelSettings, PolicyStore } from '#services/policy/policy-store.ts'
import { readScope, type Scope } from '#services/policy/scope.ts'
import { checkSettingAt, type LevelChange, lockOf } from '#services/policy/set-level-setting.ts'
import { assertRoom, type CheckRule, checkOwner, checkRuleAt } from '#services/policy/write-rule.ts'
import { answerOrNull, type Compared, compare, objection, refuse } from './compared.ts'
import type { ConfigurationDocument, LevelEntry, RuleEntry, SenderEntry } from './configuration-document.ts'
import type { PlannedDirectory } from './planned-directory.ts'

export interface SettingEntry extends LevelChange {
  readonly level: string
  readonly locked: boolean
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
}

/** Settings, lists and rules of a document, held against the site. */
export async function comparePolicy(
  comparing: Comparing,
  document: ConfigurationDocument,
): Promise<ComparedPolicy> {
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

/** Null: there is no such level, and the document brings none. */
function scopeOf({ planned }: Comparing, level: string): Promise<Scope | null> {
  return answerOrNull(() => readScope(level, planned))
}

async function compareLevel(
  comparing: Comparing,
  { level, settings, locked }: LevelEntry,
): Promise<Compared<SettingEntry>[]> {
  const here = await comparing.policy.settingsOf(level)
  const scope = await scopeOf(comparing, level)
  const lines: Compared<SettingEntry>[] = []
  for (const name of new Set([...Object.keys(settings), ...locked])) {
    const entry = { level, name, value: settings[name] ?? null, locked: locked.includes(name) }
    const what = { what: 'setting', name: `${level} ${name}`, entry } as const
    const wrong = scope ? objection(() => checkSettingAt(scope, entry)) : `there is no ${level}`
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
  if ((await scopeOf(comparing, entry.level)) === null) return refuse(what, `there is no ${entry.level}`)
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
  const here = await comparing.policy.rules(level)
  const left = new Set(here)
  const read: (RuleEntry | string)[] = []
  for (const entry of entries) read.push(await readRule(comparing, level, entry))
  const same = read.map((each) => {
    const found = [...left].find((rule) => typeof each !== 'string' && textOf(rule) === textOf(each))
    if (found) left.delete(found)
    return found
  })
  const added = read.filter(
    (each, n) => typeof each !== 'string' && !same[n] && !namedLike(each, left)[0],
  ).length
  const noRoom = objection(() => assertRoom(level, here.length + added))
  return entries.map((entry, n) => {
    const rule = read[n] ?? ''
    const what = { what: 'rule', name: `${level} ${entry.name}` } as const
    if (typeof rule === 'string') return refuse({ ...what, entry: { ...entry, id: null } }, rule)
    const found = same[n] ? [same[n]] : namedLike(rule, left)
    const ofThisName = read.filter(
      (each, m) => typeof each !== 'string' && !same[m] && each.name === rule.name,
    ).length
    const line = { ...what, entry: { ...rule, id: found[0]?.id ?? null } }
    if (!same[n] && (found.length > 1 || (found.length === 1 && ofThisName > 1)))
      return refuse(line, `several rules are called ${rule.name}: which one it is cannot be told`)
    if (noRoom !== null && found.length === 0) return refuse(line, noRoom)
    return compare(line, found[0] ? textOf(found[0]) : null, textOf(rule))
  })
}

function namedLike({ name }: RuleEntry, rules: ReadonlySet<KeptRule>): KeptRule[] {
  return [...rules].filter((each) => each.name === name)
}

/** A rule as it would be kept, or why it cannot be. */
async function readRule(comparing: Comparing, level: string, entry: RuleEntry): Promise<RuleEntry | string> {
  const scope = await scopeOf(comparing, level)
  if (scope === null) return `there is no ${level}`
  try {
    const text = await checkRuleAt({ directory: comparing.planned }, scope, entry, comparing.checkRule)
    const owner = typeof entry.owner === 'string' ? entry.owner : ''
    checkOwner(owner)
    return { ...text, scope: level, enabled: entry.enabled !== false, locked: entry.locked === true, owner }
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
