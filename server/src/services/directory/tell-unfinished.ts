import type { Alarms } from '#ground/platform/alarms.ts'
import { unfinishedDomains } from './awaited-domains.ts'
import type { DirectoryStore } from './directory-store.ts'
import type { SnapshotStore } from './snapshot-store.ts'

interface Parts {
  readonly directory: DirectoryStore
  readonly snapshots: SnapshotStore
  readonly alarms: Alarms
  readonly now: () => number
}

/** An import of a large site takes minutes: until then a domain that waits is nothing to be told of. */
const longestImportMs = 15 * 60_000

/** Raises an alarm for each domain that an import has left half, and ends those of domains that wait no more. */
export async function tellUnfinished({ directory, snapshots, alarms, now }: Parts): Promise<void> {
  const waiting = await unfinishedDomains(directory, snapshots)
  const late = new Set(waiting.filter(({ since }) => now() - since > longestImportMs).map(({ name }) => name))
  for (const { name, subject } of alarms.open())
    if (name === 'import-unfinished' && !late.has(subject)) alarms.clear(name, subject)
  for (const domain of late)
    alarms.raise(
      'import-unfinished',
      domain,
      `an import has not brought all of ${domain}, so mail to it hears 451; import the same file once more, or put the domain in force as it stands by "mailkeep directory confirm ${domain}"`,
    )
}
