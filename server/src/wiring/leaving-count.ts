import { join } from 'node:path'
import { SnapshotBook } from '#ground/storage/snapshot/snapshot-book.ts'
import {
  type CountLeavingParts,
  countLeaving,
  type Leaving,
  type RetentionChange,
} from '#services/quarantine/count-leaving.ts'

/** Counts what a change of how long mail is kept would take out of quarantine, by the directory in force. */
export function createLeavingCount(
  folder: string,
  parts: Omit<CountLeavingParts, 'levelsOf' | 'now'>,
): (change: RetentionChange) => Promise<Leaving> {
  return async (change) => {
    const book = new SnapshotBook(join(folder, 'directory'))
    try {
      const levelsOf = (address: string) => book.levelsOf(address)
      return await countLeaving({ ...parts, levelsOf, now: () => Date.now() }, change)
    } finally {
      book.close()
    }
  }
}
