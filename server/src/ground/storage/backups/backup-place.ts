import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { newId } from '#ground/platform/ids.ts'
import { type Generation, readChain } from './generation.ts'
import { PageHashes } from './page-hashes.ts'
import { syncPath } from './sync-path.ts'

const markName = 'mailkeep-backups.json'
/** In the data folder: which folder its backups go to. It is in no backup. */
const noteName = 'backup-place'
/** Somebody who restores waits for a backup that is just being made. */
const readersWaitMs = 60_000
const parts = ['generations', 'pages', 'content', 'parts'] as const

/**
 * A folder of backups. `generations` has a file for each of them, `pages` what was new in the database, `content` and
 * `parts` other files, each once however many generations have it. Nothing is written over; what nobody names goes.
 */
export class BackupPlace implements Disposable {
  readonly folder: string
  readonly hashes: PageHashes
  readonly #lock: DatabaseSync | null

  /**
   * Opens it for one at a time. @throws Error where somebody else is at it, or it is no folder of backups
   */
  constructor(folder: string, mode: 'write' | 'read' | 'list') {
    if (readMark(folder) === null) throw new Error(`${folder} is no folder of backups`)
    this.folder = folder
    this.hashes = new PageHashes(join(folder, 'page-hashes'))
    // What only lists is told what stands there, whoever works.
    this.#lock = mode === 'list' ? null : lock(folder, mode)
  }

  chain(): Generation[] {
    return readChain(join(this.folder, 'generations'))
  }

  path(part: (typeof parts)[number], name: string): string {
    return join(this.folder, part, name)
  }

  names(part: (typeof parts)[number]): string[] {
    return readdirSync(join(this.folder, part))
  }

  /** Syncs the names in a folder of it. */
  sync(part: (typeof parts)[number]): void {
    syncPath(join(this.folder, part))
  }

  /** Makes a generation one of the folder. What it names has to be synced before. */
  put(generation: Generation): void {
    for (const each of parts) this.sync(each)
    const path = this.path('generations', `${generation.name}.json`)
    writeFileSync(`${path}.unfinished`, `${JSON.stringify(generation)}\n`, { mode: 0o600, flush: true })
    renameSync(`${path}.unfinished`, path)
    this.sync('generations')
  }

  /** Removes what no generation names: what was dropped, and what interrupted work has left. */
  sweep(): void {
    const chain = this.chain()
    const named: Record<(typeof parts)[number], Set<string>> = {
      generations: new Set(chain.map((each) => `${each.name}.json`)),
      pages: new Set(
        chain.flatMap((each) => [each.image, each.pack?.file]).filter((each) => typeof each === 'string'),
      ),
      content: new Set(chain.flatMap((each) => each.content.added)),
      parts: new Set(chain.flatMap((each) => each.parts.map(({ sha256 }) => sha256))),
    }
    for (const part of parts)
      for (const name of this.names(part))
        if (!named[part].has(name)) rmSync(this.path(part, name), { force: true })
  }

  [Symbol.dispose](): void {
    this.#lock?.close()
  }
}

/** Held by the system, which gives it back when the process ends however it ends. */
function lock(folder: string, mode: 'write' | 'read'): DatabaseSync | null {
  let database: DatabaseSync | null = null
  try {
    database = new DatabaseSync(join(folder, 'lock.db'), { timeout: mode === 'read' ? readersWaitMs : 0 })
    database.exec('BEGIN EXCLUSIVE')
    return database
  } catch (cause) {
    database?.close()
    const isBusy = /locked|busy/.test((cause as Error).message)
    if (isBusy) throw new Error(`another process works in ${folder} at the moment; try again when it is done`)
    // A disk that can only be read has nobody who writes.
    if (mode === 'read') return null
    throw new Error(`${folder} cannot be written to: ${(cause as Error).message}`)
  }
}

/**
 * Sees to it that a folder is the one for the backups of this data folder, and makes an empty one so.
 * @param takesOver whatever it was before: it has backups of another data folder, from which this one was restored, or is to
 * be begun anew
 * @throws Error where it may be the bare place of a mount, or has backups of another site
 */
export function claimPlace(data: string, folder: string, takesOver: boolean): void {
  if (!existsSync(folder)) throw new Error(`there is no folder ${folder}: make it, or mount its disk`)
  const [mark, note] = [readMark(folder), readNote(data)]
  if (mark !== null && mark === note?.id) return
  if (!takesOver && mark !== null)
    throw new Error(
      `${folder} has backups of another data folder; where this one was restored from there, go on with "mailkeep backup --add --take-over", else name an empty folder`,
    )
  if (!takesOver && note?.folder === folder)
    throw new Error(
      `${folder} had backups and has none now: is its disk mounted? To begin anew: "mailkeep backup --add --take-over"`,
    )
  writeNote(data, { folder, id: mark ?? makePlace(folder) })
}

function makePlace(folder: string): string {
  if (readdirSync(folder).some((each) => each !== 'lost+found' && each !== 'lock.db'))
    throw new Error(`${folder} has other files; backups need a folder of their own`)
  for (const each of parts) mkdirSync(join(folder, each), { mode: 0o700, recursive: true })
  const id = newId(Date.now())
  writeFileSync(join(folder, markName), `${JSON.stringify({ format: 1, id })}\n`, { flush: true })
  syncPath(folder)
  return id
}

/** The id of a folder of backups; null: it is none. @throws Error of another version */
function readMark(folder: string): string | null {
  const found = readJson(join(folder, markName)) as { format: number; id: string } | null
  if (found !== null && found.format !== 1)
    throw new Error(`${folder} has backups of a newer version (format ${found.format})`)
  return found?.id ?? null
}

interface Note {
  readonly folder: string
  readonly id: string
}

const readNote = (data: string) => readJson(join(data, noteName)) as Note | null

function writeNote(data: string, note: Note): void {
  const path = join(data, noteName)
  writeFileSync(`${path}.new`, `${JSON.stringify(note)}\n`)
  // The server reads it, whoever made it.
  chmodSync(`${path}.new`, 0o644)
  renameSync(`${path}.new`, path)
}

function readJson(path: string): unknown {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null
}
