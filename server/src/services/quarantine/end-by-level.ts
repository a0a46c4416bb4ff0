import { setImmediate as turn } from 'node:timers/promises'
import type { Config } from '#ground/platform/config/settings.ts'
import { keptDaysSetting } from '#services/directory/policy-settings.ts'
import type { RetentionStore } from '#services/ledger/retention-store.ts'
import type { PolicyStore } from '#services/policy/policy-store.ts'
import { dayMs, keptFor, type SettingsOf, shortestOf } from './kept-for.ts'
import type { Place, QuarantineStore } from './quarantine-store.ts'

export interface EndByLevelParts {
  readonly config: Pick<Config, 'spool.keepQuarantined'>
  readonly policy: Pick<PolicyStore, 'valuesOf'>
  readonly quarantine: Pick<QuarantineStore, 'targets'>
  readonly retention: Pick<RetentionStore, 'endQuarantine'>
  readonly settingsOf: SettingsOf
  /** Whether levels can be looked up as they are now: where they cannot, mail waits. */
  readonly isCurrent: () => boolean
}

/** Deliveries looked at a time, and in a round: what is left is looked at in the next one. */
const page = 100
const mostPages = 100

/**
 * Discards mail from quarantine whose level keeps it shorter than the site does. Rounds go through what is old enough
 * for the shortest of all levels, oldest first, each from where the one before has stopped.
 */
export class EndByLevel {
  readonly #parts: EndByLevelParts
  #behind: Place | null = null

  constructor(parts: EndByLevelParts) {
    this.#parts = parts
  }

  /** One round; answers how many deliveries were discarded. */
  async round(now: number): Promise<number> {
    const { config, policy, isCurrent } = this.#parts
    const shortest = shortestOf(config, await policy.valuesOf(keptDaysSetting))
    let done = 0
    for (let pages = 0; shortest !== null && pages < mostPages && isCurrent(); pages++) {
      done += await this.#endPage(now, now - shortest)
      if (this.#behind === null) return done
      // Each page looks up addresses: others come in between.
      await turn()
    }
    return done
  }

  async #endPage(now: number, until: number): Promise<number> {
    const { config, quarantine, retention, settingsOf } = this.#parts
    const found = await quarantine.targets({ setAsideUntil: until }, this.#behind, page)
    this.#behind = found.length < page ? null : (found.at(-1) ?? null)
    const overdue = found.flatMap(({ messageId, n, since, ...each }) => {
      const { ms, isOfLevel } = keptFor(config, settingsOf, each)
      return isOfLevel && since <= now - ms ? [{ messageId, n, since, keptDays: ms / dayMs }] : []
    })
    return overdue.length === 0 ? 0 : retention.endQuarantine(overdue, now)
  }
}
