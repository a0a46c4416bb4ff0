import { closeSync, existsSync, mkdirSync, openSync, readSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { databaseName } from '../database/open-database.ts'
import type { BackupPlace } from './backup-place.ts'
import { DamageError } from './damage-error.ts'
import { contentOf, type Generation, sinceImage } from './generation.ts'
import { noteDamage } from './note-damage.ts'
import { hashBytes, hashOf, isKnown } from './page-hashes.ts'
import { writeProof } from './proof-file.ts'
import { hashFile, restoreDatabase } from './restore-generation.ts'
import { readRowsOfContent } from './rows-of-content.ts'

/** Faults that are listed at most. */
const mostFaults = 100

/** Hears what is done now, in words. */
export type OnStep = (step: string) => void

export interface Verified {
  readonly generation: Generation
  readonly messages: number
  readonly files: number
  /** What is wrong, in words; none: it can be restored whole. */
  readonly faults: readonly string[]
  /** Messages that left while the backup was made: they have a row, and content nowhere. No fault. */
  readonly left: readonly string[]
}

/**
 * Proves that a generation can be restored: puts its database together beside the backups, compares its pages with those that
 * were read when it was made (of the newest generation), has SQLite check it, and reads each file that it needs. Damage is
 * noted where the folder can be written to, so that the next backup begins anew; so is what came of it.
 * @param chain generations up to that one
 * @param scratch folder that is made for it and removed again; it takes as much room as the database
 */
export async function verifyGeneration(
  place: BackupPlace,
  chain: readonly Generation[],
  scratch: string,
  onStep: OnStep = () => undefined,
): Promise<Verified> {
  const [began, of] = [Date.now(), chain.at(-1)?.at ?? 0]
  const note = (files: number, faults: readonly string[]) => {
    const checkedAt = Date.now()
    if (place.isHeld) writeProof(place.folder, { of, checkedAt, tookMs: checkedAt - began, files, faults })
  }
  rmSync(scratch, { recursive: true, force: true })
  mkdirSync(scratch, { mode: 0o700 })
  try {
    const verified = await verify(place, chain, join(scratch, databaseName), onStep)
    note(verified.files, verified.faults)
    return verified
  } catch (cause) {
    if (cause instanceof DamageError) note(0, [cause.message])
    if (cause instanceof DamageError && place.isHeld) noteDamage(place, cause)
    throw cause
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function verify(
  place: BackupPlace,
  chain: readonly Generation[],
  path: string,
  onStep: OnStep,
): Promise<Verified> {
  onStep('puts the database together')
  const generation = await restoreDatabase(place, chain, path)
  const image = sinceImage(chain)[0]?.image ?? ''
  const other = otherPages(place, generation, path)
  if (other.length > 0)
    // Files of pages were found whole, each by its checksum.
    throw new DamageError(
      image,
      `${place.path('pages', image)} is damaged: ${other.length} pages are not what they were, the first is page ${other[0]}`,
    )
  onStep('has SQLite check the database')
  using database = new DatabaseSync(path)
  const broken = databaseFaults(database)
  if (broken.length > 0) return { generation, messages: 0, files: 0, faults: broken, left: [] }
  const { messages } = database.prepare('SELECT count(*) AS messages FROM messages').get() as {
    messages: number
  }
  onStep('reads every file of content')
  const content = await contentFaults(place, contentOf(chain), database)
  const faults = [...content.faults, ...(await partFaults(place, generation))].slice(0, mostFaults)
  return { generation, messages, files: content.files, faults, left: content.left }
}

/** Pages that are not as they were read for the generation; none also where that is not known of it. */
function otherPages(place: BackupPlace, { name, pageSize, pageCount }: Generation, path: string): number[] {
  const hashes = place.hashes.read(name)
  if (hashes === null) return []
  const unknown = Buffer.alloc(hashBytes)
  const [file, bytes] = [openSync(path, 'r'), Buffer.alloc(pageSize)]
  try {
    return Array.from({ length: pageCount }, (_, n) => n + 1).filter((page) => {
      const known = hashes.subarray((page - 1) * hashBytes, page * hashBytes)
      if (known.length < hashBytes || known.equals(unknown)) return false
      readSync(file, bytes, 0, pageSize, (page - 1) * pageSize)
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
): Promise<{ readonly files: number; readonly faults: string[]; readonly left: string[] }> {
  const [faults, left]: [string[], string[]] = [[], []]
  let files = 0
  for (const { id, name, sha256 } of readRowsOfContent(database)) {
    const file = place.path('content', name)
    files++
    if (!live.has(name)) left.push(id)
    else if (!existsSync(file)) faults.push(`${id}: its content ${name} is missing`)
    else if (sha256 !== null && (await hashFile(file)) !== sha256) faults.push(`${id}: ${file} is damaged`)
    if (faults.length >= mostFaults) break
  }
  return { files: files - left.length, faults, left }
}

async function partFaults(place: BackupPlace, { parts }: Generation): Promise<string[]> {
  const faults: string[] = []
  for (const { path, sha256 } of parts) {
    const file = place.path('parts', sha256)
    if (!existsSync(file) || (await hashFile(file)) !== sha256)
      faults.push(`${path}: ${file} is missing or damaged`)
  }
  return faults
}
