import { daysOf } from '#ground/platform/kept-days.ts'
import type { KeptSetting } from './kept-settings.ts'

/** Settings in force for an address of a tenant; empty: it is another one's. @throws Error while they cannot be read */
export type SettingsOf = (address: string, tenant: string) => Readonly<Record<string, string>>

/** Whose mail it is: an address of ours, and the tenant that had it when the mail came. */
export interface Whose {
  readonly whose: string
  readonly tenant: string
}

/** How long mail is kept. */
export interface KeptFor {
  readonly ms: number
  /** A level says so; false: it is the site's word. */
  readonly isOfLevel: boolean
}

export const dayMs = 86_400_000

/**
 * How long mail of an address is kept. A level may keep it shorter than the site, never longer: the number of the site
 * is what its operator has promised or must obey, and it holds also where no level can be looked up. Where the address has gone
 * to another tenant since, that one has no say over mail that is not his.
 * @param siteMs how long the site keeps it
 */
export function keptFor(
  siteMs: number,
  setting: KeptSetting,
  settingsOf: SettingsOf,
  delivery: Whose,
): KeptFor {
  return keptByValue(siteMs, read(settingsOf, delivery)[setting])
}

/** The same for a value of the setting. @param siteMs how long the site keeps it */
export function keptByValue(siteMs: number, value: string | undefined): KeptFor {
  const ms = daysOf(value) * dayMs
  return ms < siteMs ? { ms, isOfLevel: true } : { ms: siteMs, isOfLevel: false }
}

/** The shortest of several values of the setting; null: none is shorter than the site's. */
export function shortestOf(siteMs: number, values: readonly string[]): number | null {
  const kept = values.map((each) => keptByValue(siteMs, each)).filter(({ isOfLevel }) => isOfLevel)
  return kept.length === 0 ? null : Math.min(...kept.map(({ ms }) => ms))
}

/** Without a directory there is still the site's own word. */
function read(settingsOf: SettingsOf, { whose, tenant }: Whose): Readonly<Record<string, string>> {
  try {
    return settingsOf(whose, tenant)
  } catch {
    return {}
  }
}
