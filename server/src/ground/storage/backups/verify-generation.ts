import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { databaseName } from '../database/open-database.ts'
import type { BackupPlace } from './backup-place.ts'
import { contentOf, type Generation } from './generation.ts'
import { hashFile, restoreDatabase } from './restore-generation.ts'

/** Faults that are listed at most. */
const mostFaults = 100

export interface Verified {
  readonly generation: Generation
  readonly messages: number
  readonly files: number
  /** What is wrong, in words; none: it can be restored whole. */
  readonly faults: readonly string[]
}

/**
 * Proves that a generation can be restored: puts its database together beside the backups, has SQLite check it, and reads
 * each file that it needs.
 * @param chain generations up to that one
 * @param scratch folder that is made for it and removed again; it takes as much room as the database
 */
export async function verifyGeneration(
  place: BackupPlace,
  chain: readonly Generation[],
  scratch: string,
): Promise<Verified> {
  rmSync(scratch, { recursive: true, force: true })
  mkdirSync(scratch, { mode: 0o700 })
  try {
    const path = join(scratch, databaseName)
    const generation = await restoreDatabase(place, chain, path)
    using database = new DatabaseSync(path)
    const broken = databaseFaults(database)
    if (broken.length > 0) return { generation, messages: 0, files: 0, faults: broken }
    const { messages } = database.prepare('SELECT count(*) AS messages FROM messages').get() as {
      messages: number
    }
    const content = await contentFaults(place, contentOf(chain), database)
    const faults = [...content.faults, ...(await partFaults(place, generation))]
    return { generation, messages, files: content.files, faults: faults.slice(0, mostFaults) }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
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

/** Content that rows name: there, and with the checksum of its row. */
async function contentFaults(
  place: BackupPlace,
  live: ReadonlySet<string>,
  database: DatabaseSync,
): Promise<{ readonly files: number; readonly faults: string[] }> {
  const rows = database
    .prepare('SELECT message_id AS id, path, sha256 FROM bodies WHERE path IS NOT NULL')
    .iterate() as Iterable<{ id: string; path: string; sha256: string | null }>
  const faults: string[] = []
  let files = 0
  for (const { id, path, sha256 } of rows) {
    const file = place.path('content', basename(path))
    files++
    if (!live.has(basename(path)) || !existsSync(file))
      faults.push(`${id}: its content ${basename(path)} is missing`)
    else if (sha256 !== null && (await hashFile(file)) !== sha256) faults.push(`${id}: ${file} is damaged`)
    if (faults.length >= mostFaults) break
  }
  return { files, faults }
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
