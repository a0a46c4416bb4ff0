import { closeSync, existsSync, mkdirSync, openSync, readSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { databaseName } from '../database/open-database.ts'
import type { BackupPlace } from './backup-place.ts'
import { DamageError } from './damage-error.ts'
import { contentOf, type Generation, type ReadableChain, sinceImage } from './generation.ts'
import { giveToOwner } from './give-to-owner.ts'
import { noteDamage } from './note-damage.ts'
import { hashBytes, hashOf, isKnown } from './page-hashes.ts'
import { writeProof } from './proof-file.ts'
import { hashFile, restoreDatabase } from './restore-generation.ts'
import { readRowsOfContent } from './rows-of-content.ts'

/** Faults that are listed at most. */
const mostFaults = 100

/** Hears what is done now. */
export interface VerifyProgress {
  /** Something else begins, in words. */
  step(words: string): void
  /** It goes on: with another page or file. Called often. */
  goOn(): void
}

const nobody: VerifyProgress = { step: () => undefined, goOn: () => undefined }

export interface Verified {
  readonly generation: Generation
  readonly messages: number
  readonly files: number
  /** What is wrong, in words; none: it can be restored whole. */
  readonly faults: readonly string[]
  /** Messages that left while the backup was made: they have a row, and content nowhere. No fault. */
  readonly left: readonly string[]
}

/** Where this cannot be noted beside the backups: what came of it and why, in words; else null. */
export type NotedVerified = Verified & { readonly noteFault: string | null }

/**
 * Proves that a generation can be restored: puts its database together beside the backups, compares its pages with those that
 * were read when it was made (of the newest generation), has SQLite check it, and reads each file that it needs. Damage is
 * noted where the folder can be written to, so that the next backup begins anew; so is what came of it.
 * @param readable generations up to that one, and what of the folder cannot be read, which is wrong with it too
 * @param scratch folder that is made for it and removed again; it takes as much room as the database
 * @throws DamageError where pages are damaged
 */
export async function verifyGeneration(
  place: BackupPlace,
  { chain, faults: unreadable }: ReadableChain,
  scratch: string,
  progress: VerifyProgress = nobody,
): Promise<NotedVerified> {
  const [began, of] = [Date.now(), chain.at(-1)?.at ?? 0]
  const prove = (files: number, faults: readonly string[]) => () => {
    const checkedAt = Date.now()
    writeProof(place.folder, { of, checkedAt, tookMs: checkedAt - began, files, faults })
  }
  rmSync(scratch, { recursive: true, force: true })
  mkdirSync(scratch, { mode: 0o700 })
  // Where root is interrupted here, the owner of the folder clears it away.
  giveToOwner(place.folder, scratch)
  try {
    const verified = await verify(place, chain, join(scratch, databaseName), progress)
    const faults = [...unreadable, ...verified.faults].slice(0, mostFaults)
    const [untold = null] = noteEach(place, faults[0] ?? 'it is whole', [prove(verified.files, faults)])
    return { ...verified, faults, noteFault: untold }
  } catch (cause) {
    if (!(cause instanceof DamageError)) throw cause
    // Damage first: by it the next backup begins anew.
    const acts = [() => noteDamage(place, cause), prove(0, [cause.message, ...unreadable])]
    const [untold] = noteEach(place, cause.message, acts)
    throw untold === undefined ? cause : new Error(untold)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/**
 * Notes what came of it, each apart: one that fails keeps no other from being noted.
 * @returns none; or one text, with what came of it and why it cannot be noted
 */
function noteEach(place: BackupPlace, came: string, acts: readonly (() => void)[]): string[] {
  if (!place.isHeld) return []
  const faults = acts.flatMap((act) => {
    try {
      act()
      return []
    } catch (cause) {
      return [(cause as Error).message]
    }
  })
  return faults.length === 0 ? [] : [`${came}; that cannot be noted: ${faults.join('; ')}`]
}

async function verify(
  place: BackupPlace,
  chain: readonly Generation[],
  path: string,
  progress: VerifyProgress,
): Promise<Verified> {
  progress.step('puts the database together')
  const generation = await restoreDatabase(place, chain, path, progress.goOn)
  const image = sinceImage(chain)[0]?.image ?? ''
  progress.step('compares its pages')
  const other = otherPages(place, generation, path, progress)
  if (other.length > 0)
    // Files of pages were found whole, each by its checksum.
    throw new DamageError(
      image,
      `${place.path('pages', image)} is damaged: ${other.length} pages are not what they were, the first is page ${other[0]}`,
    )
  progress.step('has SQLite check the database')
  using database = new DatabaseSync(path)
  const broken = databaseFaults(database)
  if (broken.length > 0) return { generation, messages: 0, files: 0, faults: broken, left: [] }
  const { messages } = database.prepare('SELECT count(*) AS messages FROM messages').get() as {
    messages: number
  }
  progress.step('reads every file of content')
  const content = await contentFaults(place, contentOf(chain), database, progress)
  const faults = [...content.faults, ...(await partFaults(place, generation, progress))]
  return { generation, messages, files: content.files, faults, left: content.left }
}

/** Pages that are not as they were read for the generation; none also where that is not known of it. */
function otherPages(
  place: BackupPlace,
  { name, pageSize, pageCount }: Generation,
  path: string,
  progress: VerifyProgress,
): number[] {
  const hashes = place.hashes.read(name)
  if (hashes === null) return []
  const unknown = Buffer.alloc(hashBytes)
  const [file, bytes] = [openSync(path, 'r'), Buffer.alloc(pageSize)]
  try {
    return Array.from({ length: pageCount }, (_, n) => n + 1).filter((page) => {
      const known = hashes.subarray((page - 1) * hashBytes, page * hashBytes)
      if (known.length < hashBytes || known.equals(unknown)) return false
      readSync(file, bytes, 0, pageSize, (page - 1) * pageSize)
      progress.goOn()
      return !isKnown(hashes, page, hashOf(bytes))
    })
  } finally {
    closeSync(file)
  }
}

function databaseFaults(database: DatabaseSync): string[] {
  try {
    return (database.prepare('PRAGMA integrity_check(20)').all() as { integrity_check: string }[])
      .map((each) => each.integrity_check)
      .filter((each) => each !== 'ok')
      .map((each) => `the database: ${each}`)
  } catch (cause) {
    return [`the database: ${(cause as Error).message}`]
  }
}

/** Content that rows name: there, and with the checksum of its row. What was never taken had left by then. */
async function contentFaults(
  place: BackupPlace,
  live: ReadonlySet<string>,
  database: DatabaseSync,
  progress: VerifyProgress,
): Promise<{ readonly files: number; readonly faults: string[]; readonly left: string[] }> {
  const [faults, left]: [string[], string[]] = [[], []]
  let files = 0
  for (const { id, name, sha256 } of readRowsOfContent(database)) {
    const file = place.path('content', name)
    files++
    progress.goOn()
    if (!live.has(name)) left.push(id)
    else if (!existsSync(file)) faults.push(`${id}: its content ${name} is missing`)
    else if (sha256 !== null && (await hashFile(file)) !== sha256) faults.push(`${id}: ${file} is damaged`)
    if (faults.length >= mostFaults) break
  }
  return { files: files - left.length, faults, left }
}

async function partFaults(
  place: BackupPlace,
  { parts }: Generation,
  progress: VerifyProgress,
): Promise<string[]> {
  const faults: string[] = []
  for (const { path, sha256 } of parts) {
    const file = place.path('parts', sha256)
    progress.goOn()
    if (!existsSync(file) || (await hashFile(file)) !== sha256)
      faults.push(`${path}: ${file} is missing or damaged`)
  }
  return faults
}
