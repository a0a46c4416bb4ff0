import { setImmediate as turn } from 'node:timers/promises'
import { type KeptFor, keptFor, type SettingsOf, type Whose } from './kept-for.ts'
import type { KeptSetting } from './kept-settings.ts'

/** Owners are looked up so many at a time: others come in between, also where one message has a thousand. */
const atATime = 100

/**
 * How long mail of several is kept, as long as the last of them wants it. Each of them is looked up once for all mail
 * that is asked about: make another one where the levels may have changed.
 * @param siteMs how long the site keeps it
 */
export function createKeptLookup(
  siteMs: number,
  setting: KeptSetting,
  settingsOf: SettingsOf,
): (owners: readonly Whose[]) => Promise<KeptFor> {
  const known = new Map<string, KeptFor>()
  let looked = 0
  return async (owners) => {
    let longest: KeptFor | null = null
    for (const each of owners) {
      looked += 1
      if (looked % atATime === 0) await turn()
      const key = `${each.tenant} ${each.whose}`
      const found = known.get(key) ?? keptFor(siteMs, setting, settingsOf, each)
      known.set(key, found)
      if (longest === null || found.ms > longest.ms) longest = found
    }
    return longest ?? { ms: Number.POSITIVE_INFINITY, isOfLevel: false }
  }
}
