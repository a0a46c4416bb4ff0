import { readFileSync, renameSync, rmSync } from 'node:fs'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newId } from '#ground/platform/ids.ts'
import type { BackupWish } from '#services/backup/backup-report.ts'

/** In the data folder: what somebody asks the process that makes backups for, which may belong to another server. */
const name = 'backup-wish'

/** Answers false where there is one already: of two who ask at once one is told so. */
export async function putBackupWish(data: string, wish: BackupWish): Promise<boolean> {
  const path = join(data, name)
  const unfinished = `${path}.${newId(Date.now())}`
  try {
    await writeFile(unfinished, JSON.stringify(wish), { mode: 0o600 })
    await link(unfinished, path)
    return true
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw cause
  } finally {
    await rm(unfinished, { force: true })
  }
}

/** Null: nobody asks for anything. */
export async function readBackupWish(data: string): Promise<BackupWish | null> {
  return understood(await readFile(join(data, name), 'utf8').catch(absent))
}

/**
 * The same, and it is gone: what ends the process that does it is not asked for again and again.
 * Null also where it cannot be read: backups go on.
 */
export function takeBackupWish(data: string): BackupWish | null {
  const taken = join(data, `${name}.taken`)
  try {
    // By its name, so that what is asked for from now on is not taken away with it.
    renameSync(join(data, name), taken)
    const text = readFileSync(taken, 'utf8')
    rmSync(taken)
    return understood(text)
  } catch {
    return null
  }
}

function understood(text: string | null): BackupWish | null {
  if (text === null) return null
  try {
    const found = JSON.parse(text) as BackupWish
    return ['backup', 'verify'].includes(found.what) ? found : null
  } catch {
    return null
  }
}

function absent(cause: NodeJS.ErrnoException): null {
  if (cause.code === 'ENOENT') return null
  throw cause
}
