import type { Alarms } from '#ground/platform/alarms.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import type { QuarantineStore } from './quarantine-store.ts'

/** What a person has let go is on its way by then, or somebody hears of it. */
const mostWaitMs = 120_000

/** Tells when released mail waits for its first attempt, such as behind too much other mail. */
export async function watchReleases(
  quarantine: Pick<QuarantineStore, 'oldestRelease'>,
  alarms: Alarms,
  now: number,
): Promise<void> {
  const oldest = await quarantine.oldestRelease()
  if (oldest === null || now - oldest <= mostWaitMs) alarms.clear('releases-late', 'quarantine')
  else
    alarms.raise(
      'releases-late',
      'quarantine',
      `mail that people have released waits for its first attempt since ${utcWords(oldest)}`,
    )
}
