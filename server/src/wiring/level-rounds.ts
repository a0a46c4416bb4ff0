import { EndByLevel } from '#services/quarantine/end-by-level.ts'
import type { Base } from './base.ts'

/** Ends what levels keep in quarantine shorter than the site, by the directory in force; see EndByLevel. */
export function createLevelRounds({ config, stores, snapshot }: Base): (now: number) => Promise<number> {
  const rounds = new EndByLevel({
    config,
    policy: stores.readPolicy,
    quarantine: stores.readQuarantine,
    retention: stores.retention,
    settingsOf: (address, tenant) => snapshot.settingsOf(address, tenant),
    isCurrent: () => snapshot.trouble() === null,
  })
  return (now) => rounds.round(now)
}
