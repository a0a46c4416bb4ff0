import { setImmediate as turn } from 'node:timers/promises'
import type { KeptPlace, OverdueDelivery } from '#services/ledger/retention-store.ts'
import type { PolicyStore } from '#services/policy/policy-store.ts'
import { dayMs, keptFor, type SettingsOf, shortestOf } from './kept-for.ts'
import { createKeptLookup } from './kept-lookup.ts'
import type { KeptMail } from './kept-mail.ts'
import { type SiteKeeps, siteKeepsMs } from './kept-settings.ts'

export interface EndByLevelParts {
  readonly config: SiteKeeps
  readonly policy: Pick<PolicyStore, 'valuesOf'>
  readonly mail: KeptMail
  /** What becomes of mail whose time is over, where it is still as it was seen. Answers how many it were. */
  readonly end: (overdue: readonly OverdueDelivery[], now: number) => Promise<number>
  readonly settingsOf: SettingsOf
  /** Whether levels can be looked up as they are now: where they cannot, mail waits. */
  readonly isCurrent: () => boolean
}

/** Deliveries looked at a time, and in a round: what is left is looked at in the next one. */
const pageSize = 100
const mostPages = 100

/**
 * Ends the time of mail whose level keeps it shorter than the site does. Rounds go through what is old enough for the
 * shortest of all levels, oldest first, each from where the one before has stopped.
 */
export class EndByLevel {
  readonly #parts: EndByLevelParts
  #behind: KeptPlace | null = null

  constructor(parts: EndByLevelParts) {
    this.#parts = parts
  }

  /** One round; answers how many deliveries it ended the time of. */
  async round(now: number): Promise<number> {
    const { config, policy, mail, isCurrent } = this.#parts
    const values = await policy.valuesOf(mail.setting)
    const shortest = shortestOf(siteKeepsMs(config, mail.setting), values)
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
    const { config, mail, end, settingsOf } = this.#parts
    const { found, behind } = await mail.page({ until }, this.#behind, pageSize)
    this.#behind = behind
    // Of this page alone: by the next one levels may have changed.
    const keptOf = createKeptLookup((each) => keptFor(config, mail.setting, settingsOf, each))
    const overdue: OverdueDelivery[] = []
    for (const { messageId, n, since, owners } of found) {
      const { ms, isOfLevel } = await keptOf(owners)
      if (isOfLevel && since <= now - ms) overdue.push({ messageId, n, since, keptDays: ms / dayMs })
    }
    return overdue.length === 0 ? 0 : end(overdue, now)
  }
}
