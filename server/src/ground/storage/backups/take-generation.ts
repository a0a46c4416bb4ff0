import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { databaseName } from '../database/open-database.ts'
import { plainParts } from '../plain-parts.ts'
import type { BackupPlace } from './backup-place.ts'
import type { LogFollower } from './changed-pages.ts'
import { copyContent, listContent } from './copy-content.ts'
import { copyParts } from './copy-parts.ts'
import { DatabaseMoment } from './database-moment.ts'
import { contentOf, type Generation, generationName } from './generation.ts'
import { hashOf } from './page-hashes.ts'
import { type Pace, type PackFile, writeImage, writePack } from './page-pack.ts'
import { pagesToTake } from './pages-to-take.ts'

export interface Taken {
  readonly generation: Generation
  /** Pages of the database that were written, content files that were copied. */
  readonly pages: number
  readonly files: number
  /** All pages were read, since the log did not tell which are new. */
  readonly hasReadAll: boolean
}

/**
 * Adds a generation to a folder of backups while a server may work on the data folder.
 *
 * In this order: content, the database at one moment, content that has come until then, its pages, the key of its
 * secrets. So whatever a row of the generation names is in it, but for mail that left in the second that this took.
 * @param follower has followed the log since the generation before; null: nobody has
 */
export function takeGeneration(
  data: string,
  place: BackupPlace,
  follower: LogFollower | null,
  pace: Pace,
): Taken {
  const chain = place.chain()
  const newest = chain.at(-1) ?? null
  const live = contentOf(chain)
  const before = listContent(data)
  const kept = new Set(copyContent(data, place, before, pace))
  const plain = copyParts(data, place, plainParts, newest?.parts ?? [], pace)
  const at = Math.max(Date.now(), (newest?.at ?? 0) + 1)
  const name = generationName(at)
  using moment = new DatabaseMoment(join(data, databaseName))
  for (const each of copyContent(data, place, listContent(data), pace)) kept.add(each)
  const take = pagesToTake(data, place, newest, follower, moment, pace)
  const { image, pack, hashes } = writePages(place, name, moment, take.pages, pace)
  const secrets = copyParts(data, place, ['secrets'], newest?.parts ?? [], pace)
  const still = new Set([...before, ...kept])
  const added = [...kept].filter((each) => !live.has(each))
  const gone = [...live].filter((each) => !still.has(each))
  const generation: Generation = {
    ...{ name, at, previous: newest?.name ?? null, image, pack },
    place: placeOf(moment),
    ...{ pageSize: moment.pageSize, pageCount: moment.pageCount },
    ...{ content: { added, gone }, parts: [...plain, ...secrets] },
  }
  place.put(generation)
  noteHashes(place, newest, generation, hashes)
  return { generation, pages: hashes.size, files: added.length, hasReadAll: take.hasReadAll }
}

/** Writes pages; null: all of them. */
function writePages(
  place: BackupPlace,
  name: string,
  moment: DatabaseMoment,
  pages: readonly number[] | null,
  pace: Pace,
): { readonly image: string | null; readonly pack: PackFile | null; readonly hashes: Map<number, Buffer> } {
  const hashes = new Map<number, Buffer>()
  const note = (page: number, bytes: Buffer) => void hashes.set(page, hashOf(bytes))
  const file = `${name}.${pages === null ? 'image' : 'pages'}`
  const path = place.path('pages', file)
  rmSync(path, { force: true })
  if (pages === null) {
    writeImage(path, moment, moment.pageCount, note, pace)
    return { image: file, pack: null, hashes }
  }
  const sha256 = writePack(path, moment, pages, note, pace)
  return { image: null, pack: { file, sha256, pages: pages.length }, hashes }
}

function placeOf({ state: { run, mark, frames, checksum } }: DatabaseMoment): Generation['place'] {
  return { run, mark, frames, checksum }
}

function noteHashes(
  place: BackupPlace,
  before: Generation | null,
  { name, pageCount }: Generation,
  hashes: ReadonlyMap<number, Buffer>,
): void {
  if (before !== null && place.hashes.change(before.name, name, hashes)) return
  if (hashes.size < pageCount) return
  place.hashes.write(
    name,
    Buffer.concat(Array.from({ length: pageCount }, (_, n) => hashes.get(n + 1) as Buffer)),
  )
}
