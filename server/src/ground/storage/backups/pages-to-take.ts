import { join } from 'node:path'
import { databaseName } from '../database/open-database.ts'
import type { BackupPlace } from './backup-place.ts'
import { isWithoutRun, LogFollower } from './changed-pages.ts'
import type { DatabaseMoment } from './database-moment.ts'
import type { Generation } from './generation.ts'
import { hashOf, isKnown } from './page-hashes.ts'
import type { Pace } from './page-pack.ts'

/** Pages that a generation needs, in their order; `pages` null: a whole image, since there is nothing before it. */
export interface PagesToTake {
  readonly pages: readonly number[] | null
  readonly hasReadAll: boolean
}

/**
 * Pages that are new since the generation before: by the log where it tells, else by reading all of them.
 * @param newest generation before; null: there is none, or a whole database is to be written anew
 * @param follower what it knows counts only where it started from that generation
 */
export function pagesToTake(
  data: string,
  place: BackupPlace,
  newest: Generation | null,
  follower: LogFollower | null,
  moment: DatabaseMoment,
  pace: Pace,
): PagesToTake {
  if (newest === null) return { pages: null, hasReadAll: true }
  const follows = follower ?? fromItsPlace(data, newest)
  const isOfThis = follows?.generation === newest.name && newest.pageSize === moment.pageSize
  const found = isOfThis ? follows.pagesUpTo(moment.state) : null
  if (found === null) return { pages: compare(place, newest, moment, pace), hasReadAll: true }
  const within = [...found].filter((page) => page <= moment.pageCount)
  return { pages: within.sort((one, other) => one - other), hasReadAll: false }
}

/** The place of the generation itself, where it cannot be mistaken for that of another time. */
function fromItsPlace(data: string, { name, place }: Generation): LogFollower | null {
  return isWithoutRun(place) ? null : new LogFollower(join(data, databaseName), name, place)
}

function compare(place: BackupPlace, newest: Generation, moment: DatabaseMoment, pace: Pace): number[] {
  const hashes = place.hashes.read(newest.name)
  const all = Array.from({ length: moment.pageCount }, (_, n) => n + 1)
  if (hashes === null) return all
  const bytes = Buffer.alloc(moment.pageSize)
  return all.filter((page) => {
    moment.readPage(page, bytes)
    pace(bytes.length)
    return !isKnown(hashes, page, hashOf(bytes))
  })
}
