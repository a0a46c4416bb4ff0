import type { Config } from '#ground/platform/config/settings.ts'
import type { keptDaysNames } from '#ground/platform/kept-days.ts'

/** Settings of levels that say for how many days mail is kept, and what the site says instead. */
export const keptSettings = {
  'quarantine.days': { site: 'spool.keepQuarantined', mail: 'quarantined mail' },
  'returned.days': { site: 'spool.keepReturned', mail: 'the content of returned mail' },
  'held.days': { site: 'spool.keepHeld', mail: 'held mail' },
} as const satisfies Readonly<Record<(typeof keptDaysNames)[number], object>>

export type KeptSetting = keyof typeof keptSettings

export type SiteKeeps = Pick<Config, (typeof keptSettings)[KeptSetting]['site']>

export function isKeptSetting(name: string): name is KeptSetting {
  return Object.hasOwn(keptSettings, name)
}

/** How long the site keeps such mail (ms). */
export function siteKeepsMs(config: SiteKeeps, setting: KeptSetting): number {
  return config[keptSettings[setting].site]
}
