import { checkPolicySetting } from '#services/directory/policy-settings.ts'
import { checkedEntry, readEntry } from '#services/policy/list-senders.ts'
import type { KeptRule, LevelSettings, PolicyStore } from '#services/policy/policy-store.ts'
import { readScope } from '#services/policy/scope.ts'
import type { LevelChange } from '#services/policy/set-level-setting.ts'
import type { CheckRule } from '#services/policy/write-rule.ts'
import { answerOrNull, type Compared, compare, objection, refuse } from './compared.ts'
import type {
  ConfigurationDocument,
  ConfigurationParts,
  LevelEntry,
  RuleEntry,
  SenderEntry,
} from './configuration-document.ts'

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

/** Settings, lists and rules of a document, held against the site. @param isLevel whether there is a level, or will be */
export async function comparePolicy(
  parts: ConfigurationParts,
  document: ConfigurationDocument,
  isLevel: (level: string) => boolean,
  checkRule: CheckRule,
): Promise<ComparedPolicy> {
  const settings: Compared<SettingEntry>[] = []
  for (const each of document.levels) settings.push(...(await compareLevel(parts, each, isLevel)))
  const own = new Set([...(await parts.directory.domains()), ...document.domains].map(({ name }) => name))
  const senders: Compared<SenderEntry>[] = []
  for (const each of document.senders) senders.push(await compareSender(parts, each, isLevel, own))
  const known = Map.groupBy(await parts.policy.rules(null), ({ scope }) => scope)
  return {
    settings,
    senders,
    rules: document.rules.map((each) => compareRule(each, known.get(each.scope) ?? [], isLevel, checkRule)),
  }
}

async function compareLevel(
  parts: ConfigurationParts,
  { level, settings, locked }: LevelEntry,
  isLevel: (level: string) => boolean,
): Promise<Compared<SettingEntry>[]> {
  const here = await parts.policy.settingsOf(level)
  const locks = await locksAbove(parts, level)
  return [...new Set([...Object.keys(settings), ...locked])].map((name) => {
    const entry = { level, name, value: settings[name] ?? null, locked: locked.includes(name) }
    const what = { what: 'setting', name: `${level} ${name}`, entry } as const
    if (!isLevel(level)) return refuse(what, `there is no ${level}`)
    const wrong = objection(() => checkPolicySetting(name, entry.value ?? ''))
    if (wrong !== null && entry.value !== null) return refuse(what, wrong)
    const compared = compare(what, here && wordsOf(here, name), wordsOf({ settings, locked }, name) ?? '')
    const lock = locks.get(name)
    return lock !== undefined && compared.fate !== 'same' ? refuse(what, `${lock} has locked it`) : compared
  })
}

/** Null: nothing is said of it at this level. */
function wordsOf({ settings, locked }: LevelSettings, name: string): string | null {
  const isLocked = locked.includes(name)
  const value = settings[name]
  if (value === undefined && !isLocked) return null
  return `${value ?? 'inherited'}${isLocked ? ', locked' : ''}`
}

/** Settings that levels above keep for themselves, and which level does. */
async function locksAbove(
  { directory, policy }: ConfigurationParts,
  level: string,
): Promise<ReadonlyMap<string, string>> {
  const scope = await answerOrNull(() => readScope(level, directory))
  const locks = new Map<string, string>()
  for (const above of scope?.chain.slice(0, -1) ?? [])
    for (const name of (await policy.settingsOf(above))?.locked ?? []) locks.set(name, above)
  return locks
}

async function compareSender(
  { policy }: { readonly policy: PolicyStore },
  entry: SenderEntry,
  isLevel: (level: string) => boolean,
  own: ReadonlySet<string>,
): Promise<Compared<SenderEntry>> {
  const what = { what: 'sender', name: `${entry.level} ${entry.entry}`, entry } as const
  if (!isLevel(entry.level)) return refuse(what, `there is no ${entry.level}`)
  if (entry.kind !== 'allow' && entry.kind !== 'block') return refuse(what, 'its kind is allow or block')
  const wrong = objection(() => checkedEntry(own, entry.kind, entry.entry))
  if (wrong !== null) return refuse(what, wrong)
  const there = await policy.listed([entry.level], [readEntry(entry.entry)])
  return compare(what, there.some(({ kind }) => kind === entry.kind) ? entry.kind : null, entry.kind)
}

function compareRule(
  entry: RuleEntry,
  known: readonly KeptRule[],
  isLevel: (level: string) => boolean,
  checkRule: CheckRule,
): Compared<ComparedRule> {
  const alike = known.filter(({ name }) => name === entry.name)
  const same = alike.find((each) => textOf(each) === textOf(entry))
  const found = same ?? alike[0] ?? null
  const what = {
    what: 'rule',
    name: `${entry.scope} ${entry.name}`,
    entry: { ...entry, id: found?.id ?? null },
  } as const
  if (!isLevel(entry.scope)) return refuse(what, `there is no ${entry.scope}`)
  const wrong = objection(() => checkRule(entry))
  return wrong === null ? compare(what, found && textOf(found), textOf(entry)) : refuse(what, wrong)
}

/** What makes a rule the same rule, wherever it stands. */
function textOf({ direction, conditions, exceptions, actions, enabled, locked, owner }: RuleEntry): string {
  return JSON.stringify({ direction, conditions, exceptions, actions, enabled, locked, owner })
}
