import { join } from 'node:path'
import type { RestoreParts } from '#doors/cli/restore.ts'
import { BackupPlace } from '#ground/storage/backups/backup-place.ts'
import { chainUpTo } from '#ground/storage/backups/generation.ts'
import { restoreGeneration } from '#ground/storage/backups/restore-generation.ts'
import { verifyGeneration } from '#ground/storage/backups/verify-generation.ts'

/** What the command `restore` does. */
export const restoreParts: RestoreParts = {
  list(from) {
    using place = new BackupPlace(from, 'list')
    return place.chain().map(({ at, image, pack, pageCount, content }) => ({
      at,
      pages: pack?.pages ?? (image === null ? 0 : pageCount),
      files: content.added.length,
    }))
  },
  async verify(from, at) {
    using place = new BackupPlace(from, 'read')
    const { generation, files, faults } = await verifyGeneration(
      place,
      chainUpTo(place.chain(), at),
      join(from, 'verify.unfinished'),
    )
    return { at: generation.at, files, faults }
  },
  async restore(from, at, target) {
    using place = new BackupPlace(from, 'read')
    const { generation, files, missing } = await restoreGeneration(
      place,
      chainUpTo(place.chain(), at),
      target,
    )
    return { at: generation.at, files, faults: missing.map((each) => `content ${each}`) }
  },
}
