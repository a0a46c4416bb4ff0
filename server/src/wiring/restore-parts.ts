import type { RestoreParts } from '#doors/cli/restore.ts'
import { BackupPlace } from '#ground/storage/backups/backup-place.ts'
import { chainUpTo } from '#ground/storage/backups/generation.ts'
import { restoreGeneration } from '#ground/storage/backups/restore-generation.ts'
import { verifyGeneration } from '#ground/storage/backups/verify-generation.ts'

/** What the command `restore` does. */
export const restoreParts: RestoreParts = {
  list(from) {
    using place = new BackupPlace(from, 'list')
    const { chain, faults } = place.readable()
    const backups = chain.map(({ at, image, pack, pageCount, content }) => ({
      at,
      pages: image === null ? (pack?.pages ?? 0) : pageCount,
      files: content.added.length,
    }))
    return { backups, faults: [...faults, ...chain.flatMap((each) => each.damage ?? [])] }
  },
  async verify(from, at) {
    using place = new BackupPlace(from, 'read')
    const found = place.readable()
    const verified = await verifyGeneration(place, { ...found, chain: wanted(found, at) }, place.scratch)
    const { generation, files, faults, left } = verified
    return { at: generation.at, files, left, faults }
  },
  async restore(from, at, target) {
    using place = new BackupPlace(from, 'read')
    const found = place.readable()
    const restored = await restoreGeneration(place, wanted(found, at), target)
    const { generation, files, missing, left } = restored
    const faults = [...found.faults, ...missing.map((each) => `content ${each}`)]
    return { at: generation.at, files, left, faults }
  },
}

/** @throws Error where there is none so old, with what cannot be read */
function wanted({ chain, faults }: ReturnType<BackupPlace['readable']>, at: number | null) {
  try {
    return chainUpTo(chain, at)
  } catch (cause) {
    throw new Error([(cause as Error).message, ...faults].join('; '))
  }
}
