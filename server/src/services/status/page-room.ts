import { randomBytes } from 'node:crypto'
import { open, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'

/** Room that a folder keeps for its page, so that a full disk does not stop the word about the full disk. */
const roomName = '.room'
/** Each new file stands beside its old one for a moment: the page has 100 KB at most, the state some hundreds where much was told. */
const roomBytes = 1 << 20
/** It is taken where there is this much, and never what others need more. */
const plentyBytes = 16 * roomBytes

/** Does work that writes into a folder; where the disk is full, once more with the room that was kept. @throws Error of the work */
export async function withRoom<Done>(folder: string, work: () => Promise<Done>): Promise<Done> {
  let wasFull = false
  try {
    return await work().catch(async (cause) => {
      if (!isFull(cause)) throw cause
      wasFull = true
      await rm(join(folder, roomName), { force: true })
      return work()
    })
  } finally {
    await keepRoom(folder, wasFull).catch(() => undefined)
  }
}

const isFull = (cause: unknown) => ['ENOSPC', 'EDQUOT'].includes((cause as NodeJS.ErrnoException).code ?? '')

/** @param isBack it was given away just now: as much of it as there is still is taken back, before others are faster */
async function keepRoom(folder: string, isBack: boolean): Promise<void> {
  const path = join(folder, roomName)
  if ((await stat(path).catch(() => null))?.size === roomBytes) return
  const { bavail, bsize } = await statfs(folder)
  if (!isBack && bavail * bsize < plentyBytes) return
  const file = await open(path, 'w')
  try {
    // Not zeros: there are disks that keep no room for these.
    await file.writeFile(randomBytes(roomBytes))
  } finally {
    await file.close()
  }
}
