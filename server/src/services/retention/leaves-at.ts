import { domainPart } from '#ground/mail/address.ts'
import { keptFor, type SettingsOf, type Whose } from './kept-for.ts'
import type { KeptSetting } from './kept-settings.ts'

/** The directory, as far as it says how long mail is kept. */
export interface KeptDirectory {
  readonly settingsOf: SettingsOf
  /** The same with longer times that mail keeps for a while since the directory changed. */
  readonly keptSettingsOf: SettingsOf
  /** When the last of these of a domain is over; null: none runs. */
  longerUntil(domain: string): number | null
}

/** When mail of somebody that is kept since a moment leaves, as far as it is known now. @param siteMs as the site keeps it */
export function leavesAt(
  siteMs: number,
  setting: KeptSetting,
  directory: KeptDirectory,
  { since, ...whose }: Whose & { readonly since: number },
): number {
  const lastsMs = (by: 'settingsOf' | 'keptSettingsOf') =>
    keptFor(siteMs, setting, (...of) => directory[by](...of), whose).ms
  const at = since + lastsMs('settingsOf')
  const until = directory.longerUntil(domainPart(whose.whose))
  return until === null ? at : Math.max(at, Math.min(since + lastsMs('keptSettingsOf'), until))
}
