import { setImmediate as turn } from 'node:timers/promises'
import { inheritSettings } from '#ground/platform/inherit-settings.ts'
import { tenantOfLevels } from '#ground/platform/tenant-of-levels.ts'
import type { KeptPage, KeptPlace } from '#services/ledger/retention-store.ts'
import type { LevelSettings, PolicyStore } from '#services/policy/policy-store.ts'
import { dayMs, keptByValue, type Whose } from './kept-for.ts'
import type { KeptMail } from './kept-mail.ts'
import { type KeptSetting, type SiteKeeps, siteKeepsMs } from './kept-settings.ts'
import { type LookedPlace, placesOf } from './places-of-levels.ts'
import { type ComingLevels, levelReader, type ReachParts } from './reach-of-level.ts'

export interface CountLeavingParts extends ReachParts {
  readonly config: SiteKeeps
  readonly policy: Pick<PolicyStore, 'settingsOf' | 'personLevels'>
  readonly mail: readonly KeptMail[]
  readonly now: () => number
}

/** How long a level keeps mail, as it would be. */
export interface RetentionChange {
  readonly scope: string
  readonly setting: KeptSetting
  /** Null: as inherited. */
  readonly value: string | null
  readonly locked: boolean
  /** Changes of one step are made together, others one after the other; without it: all are one step. */
  readonly step?: number
}

export interface Leaving {
  /** How much is older than it would be kept, and would not leave within a minute or so without the change. */
  readonly leaving: number
  /** More was there than was looked at: each of the rest is counted, and fewer may leave. */
  readonly isCut: boolean
}

export interface LeavingOf extends Leaving {
  readonly setting: KeptSetting
}

const pageSize = 100
const mostPages = 1000

/**
 * Counts what changes of how long mail is kept would end at once, all of them together, of the mail of their levels
 * alone: that of others would use up what is looked at. What is over after some of their steps counts too: a failure
 * may leave it so, and rounds come in between. Changes nothing.
 * @param coming the directory as it will be, where levels come with the changes; null: they are all there
 */
export async function countLeaving(
  parts: CountLeavingParts,
  changes: readonly RetentionChange[],
  coming: ComingLevels | null = null,
  most = mostPages,
): Promise<LeavingOf[]> {
  const found: LeavingOf[] = []
  for (const mail of parts.mail) {
    const own = changes.filter(({ setting }) => setting === mail.setting)
    if (own.length === 0) continue
    const each = new LeavingCount(parts, mail, own, coming, most)
    found.push({ setting: mail.setting, ...(await each.count()) })
  }
  return found
}

/** Counts for one kind of mail. */
class LeavingCount {
  readonly #parts: CountLeavingParts
  readonly #mail: KeptMail
  readonly #changes: ReadonlyMap<string, RetentionChange>
  readonly #coming: ComingLevels | null
  readonly #most: number
  readonly #siteMs: number
  readonly #times = new Map<string, Promise<readonly [number, number]>>()
  readonly #levelsOf: (address: string) => Promise<readonly string[]>

  constructor(
    parts: CountLeavingParts,
    mail: KeptMail,
    changes: readonly RetentionChange[],
    coming: ComingLevels | null,
    most: number,
  ) {
    this.#parts = parts
    this.#coming = coming
    this.#mail = mail
    this.#changes = new Map(changes.map((each) => [each.scope, each]))
    this.#most = most
    this.#siteMs = siteKeepsMs(parts.config, mail.setting)
    this.#levelsOf = levelReader(
      parts,
      changes.map(({ scope }) => scope),
      coming,
    )
  }

  async count(): Promise<Leaving> {
    let [leaving, isCut] = [0, false]
    const counted = new Set<string>()
    for (const place of await placesOf(this.#parts.directory, this.#coming, [...this.#changes.keys()])) {
      const found = await this.#countAt(place, counted)
      leaving += found.leaving
      isCut ||= found.isCut
      for (const each of place.scopes) counted.add(each)
    }
    return { leaving, isCut }
  }

  /** @param counted levels whose mail was counted before */
  async #countAt({ scopes, within }: LookedPlace, counted: ReadonlySet<string>): Promise<Leaving> {
    const now = this.#parts.now()
    const selection = {
      // What is older leaves anyway, and no level keeps mail shorter than a day.
      from: now - this.#siteMs,
      until: now - dayMs,
      within,
    }
    let [leaving, looked, behind]: [number, number, KeptPlace | null] = [0, 0, null]
    for (let pages = 0; pages < this.#most; pages++) {
      const page: KeptPage = await this.#mail.page(selection, behind, pageSize)
      looked += page.found.length
      for (const { owners, since, leavesAt = since + this.#siteMs } of page.found) {
        const levels = await Promise.all(owners.map((each) => this.#levelsOwn(each)))
        const isOf = (some: ReadonlySet<string>) => levels.some((each) => each?.some((own) => some.has(own)))
        if (!isOf(scopes) || isOf(counted)) continue
        const times = await Promise.all(levels.map((each) => this.#timesOf(each)))
        const [before, after] = [Math.max(...times.map(([ms]) => ms)), Math.max(...times.map(([, ms]) => ms))]
        const isOverAt = (ms: number) => ms < this.#siteMs && since + ms <= now
        if (isOverAt(after) && !isOverAt(before) && leavesAt > now) leaving++
      }
      if (page.behind === null) return { leaving, isCut: false }
      behind = page.behind
      await turn()
    }
    const all = await this.#mail.count(selection)
    return { leaving: leaving + Math.max(0, all - looked), isCut: all > looked }
  }

  /** Levels of an address; null: it is none of ours, or another tenant's by now, which has no say. */
  async #levelsOwn({ whose, tenant }: Whose): Promise<readonly string[] | null> {
    const levels = await this.#levelsOf(whose)
    return tenantOfLevels(levels) === tenant ? levels : null
  }

  #timesOf(levels: readonly string[] | null): Promise<readonly [number, number]> | [number, number] {
    if (levels === null) return [this.#siteMs, this.#siteMs]
    const key = levels.join(' ')
    const times = this.#times.get(key) ?? this.#timesAt(levels)
    this.#times.set(key, times)
    return times
  }

  /** How long is kept at the end of a chain, without the changes and with them. */
  async #timesAt(levels: readonly string[]): Promise<readonly [number, number]> {
    const chain = await Promise.all(
      levels.map(async (scope) => ({
        scope,
        ...((await this.#parts.policy.settingsOf(scope)) ?? { settings: {}, locked: [] }),
      })),
    )
    const keptAt = (upTo: number) => {
      const changed = chain.map((each) => {
        const change = this.#changes.get(each.scope)
        return change && (change.step ?? 0) <= upTo ? withChange(each, change) : each
      })
      return keptByValue(this.#siteMs, inheritSettings(changed)[this.#mail.setting]).ms
    }
    const before = keptAt(-1)
    const after = levels.flatMap((each) => this.#changes.get(each) ?? []).map(({ step = 0 }) => keptAt(step))
    return [before, after.length === 0 ? before : Math.min(...after)]
  }
}

function withChange(level: LevelSettings, { setting, value, locked }: RetentionChange): LevelSettings {
  const { [setting]: _own, ...others } = level.settings
  return {
    settings: value === null ? others : { ...others, [setting]: value },
    locked: [...level.locked.filter((each) => each !== setting), ...(locked ? [setting] : [])],
  }
}
