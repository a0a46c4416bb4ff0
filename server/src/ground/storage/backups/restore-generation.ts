import { createHash } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  copyFileSync,
  createReadStream,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { bodiesFolder } from '../bodies/body-path.ts'
import { folderMark } from '../bodies/torn-file.ts'
import { databaseName } from '../database/open-database.ts'
import { noteRestored } from '../restored.ts'
import type { BackupPlace } from './backup-place.ts'
import { contentOf, type Generation } from './generation.ts'
import { type PackFile, PagePack } from './page-pack.ts'
import { syncPath } from './sync-path.ts'

export interface RestoredFolder {
  readonly generation: Generation
  readonly files: number
  /** Content files that the backup should have and has not. */
  readonly missing: readonly string[]
}

/**
 * Makes a data folder of a generation. It has another name until it is whole and synced.
 * @param chain generations up to that one
 * @throws Error where the folder of backups is damaged, or the target is there already
 */
export async function restoreGeneration(
  place: BackupPlace,
  chain: readonly Generation[],
  target: string,
): Promise<RestoredFolder> {
  if (existsSync(target)) throw new Error(`${target} is there already; name a folder that is not`)
  const unfinished = `${target}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(join(unfinished, bodiesFolder), { recursive: true, mode: 0o700 })
  try {
    const generation = await restoreDatabase(place, chain, join(unfinished, databaseName))
    const names = [...contentOf(chain)]
    const missing = names.filter((name) => !copyBack(place, name, join(unfinished, bodiesFolder, name)))
    writeFileSync(join(unfinished, bodiesFolder, folderMark), '')
    for (const each of generation.parts) await restorePart(place, each, unfinished)
    noteRestored(unfinished, { from: place.folder, at: generation.at, restoredAt: Date.now() })
    for (const each of [join(unfinished, bodiesFolder), unfinished]) syncPath(each)
    renameSync(unfinished, target)
    syncPath(dirname(target))
    return { generation, files: names.length - missing.length, missing }
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true })
    throw cause
  }
}

/** Writes the database of a generation to a new file. @throws Error where a file of pages is missing or damaged */
export async function restoreDatabase(
  place: BackupPlace,
  chain: readonly Generation[],
  path: string,
): Promise<Generation> {
  const last = chain.at(-1)
  const image = chain[0]?.image
  if (!last || !image) throw new Error('there is no whole backup in this folder')
  copyFileSync(place.path('pages', image), path)
  chmodSync(path, 0o600)
  for (const { pack } of chain) {
    if (pack === null) continue
    applyPack(await wholePack(place, pack), path)
  }
  const file = openSync(path, 'r+')
  ftruncateSync(file, last.pageCount * last.pageSize)
  fsyncSync(file)
  closeSync(file)
  return last
}

/** Path of a file of pages. @throws Error where it is missing or damaged */
export async function wholePack(place: BackupPlace, { file, sha256 }: PackFile): Promise<string> {
  const path = place.path('pages', file)
  if ((await hashFile(path)) !== sha256) throw new Error(`${path} is damaged: its checksum is another one`)
  return path
}

/** Writes the pages of a file of pages over those of a database. Done twice it comes to the same. */
export function applyPack(from: string, path: string): void {
  using pack = new PagePack(from)
  const file = openSync(path, 'r+')
  try {
    const bytes = Buffer.alloc(pack.pageSize)
    for (const page of pack.pages) {
      pack.readPage(page, bytes)
      writeSync(file, bytes, 0, bytes.length, (page - 1) * bytes.length)
    }
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

function copyBack(place: BackupPlace, name: string, to: string): boolean {
  const from = place.path('content', name)
  if (!existsSync(from)) return false
  copyFileSync(from, to)
  syncPath(to)
  return true
}

async function restorePart(
  place: BackupPlace,
  part: Generation['parts'][number],
  folder: string,
): Promise<void> {
  const [from, to] = [place.path('parts', part.sha256), join(folder, part.path)]
  if ((await hashFile(from)) !== part.sha256)
    throw new Error(`${from} is damaged: its checksum is another one`)
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
  copyFileSync(from, to)
  chmodSync(to, part.mode)
  utimesSync(to, part.changedAt / 1000, part.changedAt / 1000)
  syncPath(to)
}
