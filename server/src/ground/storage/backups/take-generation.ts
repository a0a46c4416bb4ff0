import { join } from 'node:path'
import { databaseName } from '../database/open-database.ts'
import { plainParts } from '../plain-parts.ts'
import type { BackupPlace } from './backup-place.ts'
import { LogFollower } from './changed-pages.ts'
import { ContentCopy } from './copy-content.ts'
import { copyParts } from './copy-parts.ts'
import { DatabaseMoment } from './database-moment.ts'
import { contentOf, type Generation, generationName, sinceImage } from './generation.ts'
import type { LogPlace } from './log-place.ts'
import { hashBytes, hashOf } from './page-hashes.ts'
import { type Pace, type PackFile, writeImage, writePack } from './page-pack.ts'
import { pagesToTake } from './pages-to-take.ts'

export interface Taken {
  readonly generation: Generation
  /** Pages of the database that were written, content files that were copied. */
  readonly pages: number
  readonly files: number
  /** All pages were read, since the log did not tell which are new. */
  readonly hasReadAll: boolean
  /** Has followed the log since its moment. */
  readonly follower: LogFollower
}

/** Content is copied until so few files are new: what comes and leaves within the last pass has no content in the backup. */
const littleContent = 50
const mostPasses = 5
const lookEveryMs = 500

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
  const began = performance.now()
  const chain = place.chain()
  const last = chain.at(-1) ?? null
  // What stands on damage is no backup: it begins anew with a whole database.
  const newest = sinceImage(chain).some((each) => each.damage !== undefined) ? null : last
  const live = newest === null ? new Set<string>() : contentOf(chain)
  const content = new ContentCopy(data, place, pace)
  const before = copyUntilLittle(content, () => contentOf(chain).size === 0)
  const plain = copyParts(data, place, plainParts, last?.parts ?? [], pace)
  const at = Math.max(Date.now(), (last?.at ?? 0) + 1)
  const name = generationName(at)
  using moment = new DatabaseMoment(join(data, databaseName))
  const next = new LogFollower(join(data, databaseName), name, placeOf(moment))
  const following = paceWith(pace, next)
  const after = content.pass(() => contentOf(chain).size === 0 && !moment.namesContent())
  const take = pagesToTake(data, place, newest, follower, moment, following)
  const { image, pack, hashes } = writePages(place, name, moment, take.pages, following)
  const secrets = copyParts(data, place, ['secrets'], last?.parts ?? [], pace)
  const has = new Set([...before, ...after.names])
  const added = [...has].filter((each) => !live.has(each))
  const gone = [...live].filter((each) => !has.has(each))
  const pages = hashes.length / hashBytes
  const took = {
    ms: Math.round(performance.now() - began),
    madeAt: Math.max(at, Date.now()),
    bytes: pages * moment.pageSize + content.bytes,
  }
  const generation: Generation = {
    ...{ name, at, previous: last?.name ?? null, image, pack },
    place: placeOf(moment),
    ...{ pageSize: moment.pageSize, pageCount: moment.pageCount },
    ...{ content: { added, gone }, parts: [...plain, ...secrets], took },
  }
  moment.seeFile()
  // Nothing is put by a process whose server is gone: its pace ends it.
  following(0)
  place.put(generation)
  noteHashes(place, newest, generation, take.pages, hashes)
  next.look()
  return { generation, pages, files: added.length, hasReadAll: take.hasReadAll, follower: next }
}

/** @returns names of all that is copied by now */
function copyUntilLittle(content: ContentCopy, mayBeAbsent: () => boolean): readonly string[] {
  for (let n = 1; ; n++) {
    const { names, copied } = content.pass(mayBeAbsent)
    if (copied <= littleContent || n === mostPasses) return names
  }
}

/** The log may begin anew while pages are written, where the database file has all of it already. */
function paceWith(pace: Pace, follower: LogFollower): Pace {
  let lookedAt = performance.now()
  return (bytes) => {
    pace(bytes)
    if (performance.now() - lookedAt < lookEveryMs) return
    follower.look()
    lookedAt = performance.now()
  }
}

interface WrittenPages {
  readonly image: string | null
  readonly pack: PackFile | null
  /** Of the pages that were written, in their order. */
  readonly hashes: Buffer
}

/** Writes pages; null: all of them. */
function writePages(
  place: BackupPlace,
  name: string,
  moment: DatabaseMoment,
  pages: readonly number[] | null,
  pace: Pace,
): WrittenPages {
  const hashes = Buffer.alloc(hashBytes * (pages?.length ?? moment.pageCount))
  let at = 0
  const note = (_page: number, bytes: Buffer) => {
    at += hashOf(bytes).copy(hashes, at)
  }
  const file = `${name}.${pages === null ? 'image' : 'pages'}`
  const path = place.unfinished('pages', file)
  if (pages === null) {
    writeImage(path, moment, moment.pageCount, note, pace)
    place.finish('pages', file)
    return { image: file, pack: null, hashes }
  }
  const sha256 = writePack(path, moment, pages, note, pace)
  place.finish('pages', file)
  return { image: null, pack: { file, sha256, pages: pages.length }, hashes }
}

function placeOf({ state: { run, mark, frames, checksum } }: DatabaseMoment): LogPlace {
  return { run, mark, frames, checksum }
}

function noteHashes(
  place: BackupPlace,
  before: Generation | null,
  { name, pageCount }: Generation,
  pages: readonly number[] | null,
  hashes: Buffer,
): void {
  if (pages !== null && before !== null && place.hashes.change(before.name, name, pages, hashes)) return
  if (hashes.length >= pageCount * hashBytes) place.hashes.write(name, hashes)
}
