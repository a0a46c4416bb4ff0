import { setImmediate as turn } from 'node:timers/promises'
import { normaliseAddress } from '#ground/mail/address.ts'
import type { KeptPlace, OverdueDelivery } from '#services/ledger/retention-store.ts'
import type { PolicyStore } from '#services/policy/policy-store.ts'
import { dayMs, type KeptFor, type SettingsOf, shortestOf, type Whose } from './kept-for.ts'
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
  /** The same with longer times that mail keeps for a while since the directory changed. */
  readonly keptSettingsOf: SettingsOf
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
  /** Deliveries by the domain of whose they are, in this way through the mail and in the one before. */
  #spared = new Map<string, number>()
  #sparedBefore: ReadonlyMap<string, number> = new Map()

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
      if (this.#behind === null) {
        this.#nextWay()
        return done
      }
      // Each page looks up addresses: others come in between.
      await turn()
    }
    if (shortest === null) this.#nextWay()
    return done
  }

  /** How many deliveries, by domain, are over by their levels and stay for now: the directory gave them longer before. */
  spared(): ReadonlyMap<string, number> {
    return this.#sparedBefore
  }

  #nextWay(): void {
    this.#sparedBefore = this.#spared
    this.#spared = new Map()
  }

  async #endPage(now: number, until: number): Promise<number> {
    const { config, mail, end, settingsOf, keptSettingsOf } = this.#parts
    const { found, behind } = await mail.page({ until }, this.#behind, pageSize)
    this.#behind = behind
    // Of this page alone: by the next one levels may have changed.
    const siteMs = siteKeepsMs(config, mail.setting)
    const lookup = (by: SettingsOf) => createKeptLookup(siteMs, mail.setting, by)
    const [byLevel, keptOf] = [lookup(settingsOf), lookup(keptSettingsOf)]
    const isOver = ({ ms, isOfLevel }: KeptFor, since: number) => isOfLevel && since <= now - ms
    const overdue: OverdueDelivery[] = []
    for (const { messageId, n, since, owners } of found) {
      if (!isOver(await byLevel(owners), since)) continue
      const kept = await keptOf(owners)
      if (isOver(kept, since)) overdue.push({ messageId, n, since, keptDays: kept.ms / dayMs })
      else this.#spare(owners[0])
    }
    return overdue.length === 0 ? 0 : end(overdue, now)
  }

  #spare(owner: Whose | undefined): void {
    const domain = normaliseAddress(owner?.whose ?? '').domain
    this.#spared.set(domain, (this.#spared.get(domain) ?? 0) + 1)
  }
}
