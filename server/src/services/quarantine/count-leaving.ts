import { setImmediate as turn } from 'node:timers/promises'
import { normaliseAddress } from '#ground/mail/address.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { inheritSettings } from '#ground/platform/inherit-settings.ts'
import { isOfPeople } from '#ground/platform/reach-names.ts'
import { tenantOfLevels } from '#ground/platform/tenant-of-levels.ts'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import { keptDaysSetting } from '#services/directory/policy-settings.ts'
import { chainOf } from '#services/directory/publish-snapshot.ts'
import type { LevelSettings, PolicyStore } from '#services/policy/policy-store.ts'
import { dayMs, keptByValue } from './kept-for.ts'
import type { Place, QuarantineStore } from './quarantine-store.ts'

export interface CountLeavingParts {
  readonly config: Pick<Config, 'spool.keepQuarantined'>
  readonly policy: Pick<PolicyStore, 'settingsOf' | 'personLevels'>
  readonly quarantine: Pick<QuarantineStore, 'targets' | 'count'>
  readonly directory: Pick<DirectoryStore, 'tenants' | 'domains'>
  /** Levels that an address belongs to, widest first; groups and people only where something is set at them. */
  readonly levelsOf: (address: string) => readonly string[]
  readonly now: () => number
}

/** How long a level keeps quarantined mail, as it would be. */
export interface RetentionChange {
  readonly scope: string
  /** Null: as inherited. */
  readonly value: string | null
  readonly locked: boolean
}

export interface Leaving {
  /** Deliveries that would leave quarantine within a minute or so, and do not without the change. */
  readonly leaving: number
  /** More was there than was looked at: each of the rest is counted, and fewer may leave. */
  readonly isCut: boolean
}

const page = 100
const mostPages = 1000

/**
 * Counts what a change of how long mail is kept would take out of quarantine at once, of the mail of that level alone:
 * that of others would use up what is looked at. Changes nothing.
 */
export async function countLeaving(
  parts: CountLeavingParts,
  change: RetentionChange,
  most = mostPages,
): Promise<Leaving> {
  const kept = new Map<string, Promise<readonly [number, number]>>()
  const now = parts.now()
  const selection = {
    // What is older leaves anyway, and no level keeps mail shorter than a day.
    setAsideFrom: now - parts.config['spool.keepQuarantined'],
    setAsideUntil: now - dayMs,
    within: await reachOfLevel(parts.directory, change.scope),
  }
  const levelsOf = levelReader(parts, change.scope)
  let [leaving, looked, behind]: [number, number, Place | null] = [0, 0, null]
  for (let pages = 0; pages < most; pages++) {
    const found = await parts.quarantine.targets(selection, behind, page)
    looked += found.length
    for (const { whose, tenant, since } of found) {
      const levels = await levelsOf(whose)
      if (!levels.includes(change.scope) || tenantOfLevels(levels) !== tenant) continue
      const key = levels.join(' ')
      const times = kept.get(key) ?? timesAt(parts, levels, change)
      kept.set(key, times)
      const [before, after] = await times
      if (since <= now - after && since > now - before) leaving++
    }
    if (found.length < page) return { leaving, isCut: false }
    behind = found.at(-1) ?? null
    await turn()
  }
  const { deliveries } = await parts.quarantine.count(selection)
  return { leaving: leaving + Math.max(0, deliveries - looked), isCut: deliveries > looked }
}

/** Mail that a level can have to do with. An alias has the level of its person, also where it is at another tenant. */
async function reachOfLevel(
  directory: CountLeavingParts['directory'],
  scope: string,
): Promise<{ tenants: string[]; domains: string[] | null }> {
  const tenants = await directory.tenants()
  if (isOfPeople(scope)) return { tenants: tenants.map(({ id }) => id), domains: [scope] }
  const id = scope.slice(scope.indexOf(':') + 1)
  if (scope.startsWith('tenant:')) {
    const isBelow = (own: string) => chainOf(own, tenants).some((each) => each.id === id)
    return { tenants: tenants.map((each) => each.id).filter(isBelow), domains: null }
  }
  const owner = (await directory.domains()).find(({ name }) => name === id)
  return { tenants: owner ? [owner.tenant] : [], domains: [id] }
}

/** Levels of addresses, with those groups and people at which nothing is set yet where a change is about such. */
function levelReader(
  { policy, levelsOf }: CountLeavingParts,
  scope: string,
): (address: string) => Promise<readonly string[]> {
  if (!isOfPeople(scope)) return async (address) => levelsOf(address)
  const known = new Map<string, Promise<readonly string[]>>()
  const read = async (address: string) => {
    const { lookupKey, local, domain } = normaliseAddress(address)
    const own = await policy.personLevels(lookupKey)
    // A tagged address that is somebody's own comes before the one without its tag.
    const plain = `${local.split('+')[0]?.toLowerCase()}@${domain}`
    const person = own.length > 0 ? own : await policy.personLevels(plain)
    return [...levelsOf(address).filter((each) => !isOfPeople(each)), ...person]
  }
  return (address) => {
    const found = known.get(address) ?? read(address)
    known.set(address, found)
    return found
  }
}

/** How long is kept at the end of a chain, without the change and with it. */
async function timesAt(
  { policy, config }: CountLeavingParts,
  levels: readonly string[],
  change: RetentionChange,
): Promise<readonly [number, number]> {
  const chain = await Promise.all(
    levels.map(async (scope) => ({
      scope,
      ...((await policy.settingsOf(scope)) ?? { settings: {}, locked: [] }),
    })),
  )
  const changed = chain.map((each) => (each.scope === change.scope ? withChange(each, change) : each))
  const [before, after] = [chain, changed].map(
    (each) => keptByValue(config, inheritSettings(each)[keptDaysSetting]).ms,
  )
  return [before ?? 0, after ?? 0]
}

function withChange(level: LevelSettings, { value, locked }: RetentionChange): LevelSettings {
  const { [keptDaysSetting]: _own, ...others } = level.settings
  return {
    settings: value === null ? others : { ...others, [keptDaysSetting]: value },
    locked: [
      ...level.locked.filter((each) => each !== keptDaysSetting),
      ...(locked ? [keptDaysSetting] : []),
    ],
  }
}
