import {
  closeSync,
  copyFileSync,
  cpSync,
  type Dirent,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { bodiesFolder } from './bodies/body-path.ts'
import { databaseName } from './database/open-database.ts'
import { plainParts } from './plain-parts.ts'

/**
 * Writes a copy of a data folder while a server may work on it. The copy is a data folder itself.
 *
 * In this order: large content, the database in one read transaction, large content that has come meanwhile. So
 * whatever a row of the copy names is in the copy, but for mail that left while it was made. The copy has another
 * name until it is whole and synced, so that half a copy is never taken for one.
 * @returns bytes of the copy
 */
export function backupFolder(database: DatabaseSync, folder: string, target: string): number {
  const unfinished = `${target}.unfinished`
  try {
    const bytes = write(database, folder, unfinished)
    renameSync(unfinished, target)
    sync(dirname(target))
    return bytes
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true })
    throw cause
  }
}

function write(database: DatabaseSync, folder: string, unfinished: string): number {
  for (const each of [unfinished, join(unfinished, bodiesFolder)]) mkdirSync(each, { mode: 0o700 })
  copyBodies(folder, unfinished)
  const copy = (part: string) => {
    if (existsSync(join(folder, part)))
      cpSync(join(folder, part), join(unfinished, part), { recursive: true, preserveTimestamps: true })
  }
  for (const part of plainParts) copy(part)
  database.prepare('VACUUM INTO ?').run(join(unfinished, databaseName))
  // After the database: the key that its secrets are sealed with is there by then.
  copy('secrets')
  copyBodies(folder, unfinished)
  return syncAll(unfinished)
}

function copyBodies(folder: string, target: string): void {
  if (!existsSync(join(folder, bodiesFolder))) return
  for (const { name } of readdirSync(join(folder, bodiesFolder), { withFileTypes: true }).filter(isContent)) {
    const copy = join(target, bodiesFolder, name)
    if (existsSync(copy)) continue
    try {
      copyFileSync(join(folder, bodiesFolder, name), copy)
    } catch (cause) {
      // Its message was settled meanwhile.
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    }
  }
}

/** A folder among them holds no mail: `lost+found`, where content lies on a disk of its own. */
const isContent = (entry: Dirent) => entry.isFile()

/** Syncs every file and folder below; answers the bytes of the files. */
function syncAll(folder: string): number {
  let bytes = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) bytes += syncAll(path)
    else {
      sync(path)
      bytes += statSync(path).size
    }
  }
  sync(folder)
  return bytes
}

function sync(path: string): void {
  const file = openSync(path, 'r')
  fsyncSync(file)
  closeSync(file)
}
