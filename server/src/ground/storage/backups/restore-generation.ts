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
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pipeline } from 'node:stream/promises'
import { bodiesFolder } from '../bodies/body-path.ts'
import { folderMark } from '../bodies/torn-file.ts'
import { databaseName } from '../database/open-database.ts'
import { noteRestored } from '../restored.ts'
import type { BackupPlace } from './backup-place.ts'
import { DamageError } from './damage-error.ts'
import { contentOf, type Generation, sinceImage } from './generation.ts'
import { type PackFile, PagePack } from './page-pack.ts'
import { readRowsOfContent } from './rows-of-content.ts'
import { syncPath } from './sync-path.ts'

export interface RestoredFolder {
  readonly generation: Generation
  readonly files: number
  /** Content files that the backup should have and has not. */
  readonly missing: readonly string[]
  /** Messages that left while the backup was made: they have a row, and content nowhere. */
  readonly left: readonly string[]
}

/**
 * Makes a data folder of a generation. It has another name until it is whole and synced.
 * @param chain generations up to that one
 * @throws Error where the folder of backups is damaged, or the target, or an unfinished one, is there already
 */
export async function restoreGeneration(
  place: BackupPlace,
  chain: readonly Generation[],
  target: string,
): Promise<RestoredFolder> {
  const unfinished = `${target}.unfinished`
  if (existsSync(target)) throw new Error(`${target} is there already; name a folder that is not`)
  if (existsSync(unfinished))
    throw new Error(`${unfinished} is left from another try; remove it, or name another folder`)
  mkdirSync(join(unfinished, bodiesFolder), { recursive: true, mode: 0o700 })
  try {
    const generation = await restoreDatabase(place, chain, join(unfinished, databaseName))
    const names = contentOf(chain)
    const left = leftMeanwhile(join(unfinished, databaseName), names)
    const missing = [...names].filter((name) => !copyBack(place, name, join(unfinished, bodiesFolder, name)))
    writeFileSync(join(unfinished, bodiesFolder, folderMark), '')
    for (const each of generation.parts) await restorePart(place, each, unfinished)
    noteRestored(unfinished, { from: place.folder, at: generation.at, restoredAt: Date.now() })
    for (const each of [join(unfinished, bodiesFolder), unfinished]) syncPath(each)
    renameSync(unfinished, target)
    syncPath(dirname(target))
    return { generation, files: names.size - missing.length, missing, left }
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true })
    throw cause
  }
}

function leftMeanwhile(database: string, names: ReadonlySet<string>): string[] {
  using opened = new DatabaseSync(database)
  return [...readRowsOfContent(opened)].filter((each) => !names.has(each.name)).map((each) => each.id)
}

/**
 * Writes the database of a generation to a new file.
 * @param goOn is called with each file that it is put together from
 * @throws DamageError where a file of pages is missing or damaged
 */
export async function restoreDatabase(
  place: BackupPlace,
  chain: readonly Generation[],
  path: string,
  goOn: () => void = () => undefined,
): Promise<Generation> {
  const [last, its] = [chain.at(-1), sinceImage(chain)]
  const image = its[0]?.image
  if (!last || !image) throw new Error('there is no whole backup in this folder')
  copyFileSync(wholeImage(place, image), path)
  chmodSync(path, 0o600)
  goOn()
  for (const { pack } of its) {
    if (pack === null) continue
    applyPack(await wholePack(place, pack), path)
    goOn()
  }
  const file = openSync(path, 'r+')
  ftruncateSync(file, last.pageCount * last.pageSize)
  fsyncSync(file)
  closeSync(file)
  return last
}

/** Path of an image. @throws DamageError where it is missing; whether it is whole only verifying tells */
export function wholeImage(place: BackupPlace, file: string): string {
  const path = place.path('pages', file)
  if (statSync(path, { throwIfNoEntry: false }) === undefined)
    throw new DamageError(file, `${path} is missing`)
  return path
}

/** Path of a file of pages. @throws DamageError where it is missing or damaged */
export async function wholePack(place: BackupPlace, { file, sha256 }: PackFile): Promise<string> {
  const path = place.path('pages', file)
  if (statSync(path, { throwIfNoEntry: false }) === undefined)
    throw new DamageError(file, `${path} is missing`)
  if ((await hashFile(path)) !== sha256)
    throw new DamageError(file, `${path} is damaged: its checksum is another one`)
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
