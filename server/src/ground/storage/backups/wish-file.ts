import { readFileSync, rmSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newId } from '#ground/platform/ids.ts'
import type { BackupWish } from '#services/backup/backup-report.ts'

/** In the data folder: what somebody asks the process that makes backups for, which may belong to another server. */
const name = 'backup-wish'

export async function putBackupWish(data: string, wish: BackupWish): Promise<void> {
  const path = join(data, name)
  // Two people may ask at once.
  const unfinished = `${path}.${newId(Date.now())}`
  await writeFile(unfinished, JSON.stringify(wish), { mode: 0o600 })
  await rename(unfinished, path)
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
  const path = join(data, name)
  try {
    const text = readFileSync(path, 'utf8')
    rmSync(path)
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
