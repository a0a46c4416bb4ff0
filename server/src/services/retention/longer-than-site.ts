import type { LevelChange } from '#services/policy/set-level-setting.ts'
import { dayMs } from './kept-for.ts'
import { isKeptSetting, keptSettings, type SiteKeeps, siteKeepsMs } from './kept-settings.ts'

/** Sentences about changes by which levels would keep mail for longer than the site does: none may. */
export function longerThanSite(
  config: SiteKeeps,
  levels: readonly { readonly level: string; readonly changes: readonly LevelChange[] }[],
): string[] {
  return levels.flatMap(({ level, changes }) =>
    changes.flatMap(({ name, value }) => {
      if (!isKeptSetting(name) || value === null || !/^\d+$/.test(value)) return []
      const mostDays = siteKeepsMs(config, name) / dayMs
      if (Number(value) <= mostDays) return []
      const { site, mail } = keptSettings[name]
      return `the site keeps ${mail} for ${mostDays} days (${site}), and no level may keep it longer: ${value} at ${level}`
    }),
  )
}
