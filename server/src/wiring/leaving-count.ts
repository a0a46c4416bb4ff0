import { join } from 'node:path'
import type { Config } from '#ground/platform/config/settings.ts'
import { SnapshotBook } from '#ground/storage/snapshot/snapshot-book.ts'
import {
  type CountLeavingParts,
  countLeaving,
  type LeavingOf,
  type RetentionChange,
} from '#services/retention/count-leaving.ts'
import type { ComingLevels } from '#services/retention/reach-of-level.ts'
import { type KeptMailStores, keptMailOf } from './kept-mail.ts'

type Stores = KeptMailStores & Pick<CountLeavingParts, 'policy' | 'directory'>

/** Counts what changes of how long mail is kept would end at once, by the directory in force. */
export function createLeavingCount(
  folder: string,
  { policy, directory, ...stores }: Stores,
  config: Config,
): (changes: readonly RetentionChange[], coming?: ComingLevels) => Promise<LeavingOf[]> {
  const mail = Object.values(keptMailOf(stores, config))
  return async (changes, coming) => {
    const book = new SnapshotBook(join(folder, 'directory'))
    try {
      const levelsOf = (address: string) => book.levelsOf(address)
      const parts = { config, policy, directory, mail, levelsOf, now: () => Date.now() }
      return await countLeaving(parts, changes, coming)
    } finally {
      book.close()
    }
  }
}
