import { type PolicySetting, policySettings, weightPrefix } from '#services/directory/policy-settings.ts'
import type { LevelSettings } from './policy-store.ts'

/** A level of a chain with what is set at it. */
export interface SettingLevel extends LevelSettings {
  readonly name: string
}

/** A setting in force at the end of a chain of levels. */
export interface ExplainedSetting {
  readonly name: string
  readonly about: PolicySetting
  readonly value: string
  /** Name of the level that makes it so; null: the default. */
  readonly from: string | null
  /** Set at the last level itself; null: inherited. */
  readonly own: string | null
  readonly inherited: string
  readonly inheritedFrom: string | null
  /** The last level keeps those below from changing it. */
  readonly locked: boolean
  /** The level above that keeps the last one from changing it. */
  readonly lockedBy: string | null
}

/** What a check may say, as a setting that weighs it. */
export interface WeighedFinding {
  readonly code: string
  /** What the check says itself, in words. */
  readonly weight: string
  readonly meaning: string
}

/** Every setting at the end of a chain of levels, widest first, and where each comes from. */
export function explainSettings(
  chain: readonly SettingLevel[],
  findings: readonly WeighedFinding[],
): ExplainedSetting[] {
  const plain = Object.entries(policySettings).map(([name, about]) => explain(name, about, chain))
  const codes = new Map(findings.map((each) => [each.code, each]))
  const set = chain
    .flatMap(({ settings, locked }) => [...Object.keys(settings), ...locked])
    .filter((name) => name.startsWith(weightPrefix))
    .map((name) => name.slice(weightPrefix.length))
  const weights = [...new Set([...set.sort(), ...codes.keys()])].map((code) =>
    explain(`${weightPrefix}${code}`, weightOf(code, codes.get(code)), chain),
  )
  return [...plain, ...weights]
}

function weightOf(code: string, finding: WeighedFinding | undefined): PolicySetting {
  return {
    takes: 'a whole number from -10000 to 10000',
    range: [-10_000, 10_000],
    isRight: () => true,
    default: finding?.weight ?? '',
    help: finding?.meaning ?? `No check of this version says ${code}.`,
  }
}

function explain(name: string, about: PolicySetting, chain: readonly SettingLevel[]): ExplainedSetting {
  let [value, from, lockedBy]: [string, string | null, string | null] = [about.default, null, null]
  for (const level of chain.slice(0, -1)) {
    const set = level.settings[name]
    if (set !== undefined && lockedBy === null) [value, from] = [set, level.name]
    if (level.locked.includes(name)) lockedBy ??= level.name
  }
  const last = chain.at(-1)
  const own = last?.settings[name] ?? null
  const counts = own !== null && lockedBy === null
  return {
    name,
    about,
    value: counts ? own : value,
    from: counts ? (last?.name ?? null) : from,
    own,
    inherited: value,
    inheritedFrom: from,
    locked: last?.locked.includes(name) ?? false,
    lockedBy,
  }
}
