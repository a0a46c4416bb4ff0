import { copyFileSync, existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { bodiesFolder } from '../bodies/body-path.ts'
import { folderMark } from '../bodies/torn-file.ts'
import type { BackupPlace } from './backup-place.ts'
import type { Pace } from './page-pack.ts'
import { syncPath } from './sync-path.ts'

/**
 * Copies the content files of a data folder that the folder of backups has not yet. A file gets its name when it is whole
 * and is never changed. Content that is away must not be taken for mail that has left.
 */
export class ContentCopy {
  readonly #data: string
  readonly #place: BackupPlace
  readonly #pace: Pace
  readonly #had: Set<string>
  /** That were copied so far. */
  bytes = 0

  constructor(data: string, place: BackupPlace, pace: Pace) {
    this.#data = data
    this.#place = place
    this.#pace = pace
    this.#had = new Set(place.names('content'))
  }

  /**
   * @param mayBeAbsent there was never any content: whether the folder may be missing
   * @returns names of those that are there and copied by now, and how many were new; those whose message was settled
   * meanwhile are not among them
   * @throws Error where the folder is away, or the bare place of a mount, before or after
   */
  pass(mayBeAbsent: () => boolean): { readonly names: readonly string[]; readonly copied: number } {
    const folder = join(this.#data, bodiesFolder)
    if (statSync(folder, { throwIfNoEntry: false }) === undefined && mayBeAbsent())
      return { names: [], copied: 0 }
    seeMark(folder)
    let copied = 0
    const names = readdirSync(folder, { withFileTypes: true })
      .filter((each) => each.isFile() && each.name !== folderMark)
      .map((each) => each.name)
      .filter((name) => {
        if (this.#had.has(name)) return true
        if (!this.#copyOne(join(folder, name), name)) return false
        this.#had.add(name)
        copied++
        return true
      })
    // What was not there was settled, and not away with all the others.
    seeMark(folder)
    return { names, copied }
  }

  #copyOne(from: string, name: string): boolean {
    const to = this.#place.unfinished('content', name)
    try {
      copyFileSync(from, to)
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT' && !existsSync(from)) return false
      throw cause
    }
    syncPath(to)
    const { size } = statSync(to)
    this.bytes += size
    this.#pace(size)
    this.#place.finish('content', name)
    return true
  }
}

function seeMark(folder: string): void {
  if (statSync(join(folder, folderMark), { throwIfNoEntry: false }) === undefined)
    throw new Error(`the folder of content ${folder} is away; is its disk mounted?`)
}
