import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { newId } from '#ground/platform/ids.ts'
import { giveToOwner } from './give-to-owner.ts'
import { lockName, lockPlace } from './lock-place.ts'
import { syncPath } from './sync-path.ts'

const markName = 'mailkeep-backups.json'
/** In the data folder: which folder its backups go to. It is in no backup. */
const noteName = 'backup-place'

/** Folders within a folder of backups. */
export const placeParts = ['generations', 'pages', 'content', 'parts'] as const

/**
 * Sees to it that a folder is the one for the backups of this data folder, and makes an empty one so.
 * @param takesOver whatever it was before: it has backups of another data folder, from which this one was restored, or is to
 * be begun anew. It gets another id, so who has written to it until now is refused
 * @throws Error where it may be the bare place of a mount, or has backups of another site
 */
export function claimPlace(data: string, folder: string, takesOver: boolean): void {
  if (!existsSync(folder)) throw new Error(`there is no folder ${folder}: make it, or mount its disk`)
  const [mark, note] = [readMark(folder), readNote(data)]
  if (mark !== null && mark === note?.id) return
  // Its maker was killed before the data folder knew of it, or never made one.
  const isUnused = mark !== null && note?.folder !== folder && hasNoBackup(folder)
  if (!takesOver && mark !== null && !isUnused) throw ofAnother(folder)
  if (!takesOver && note?.folder === folder)
    throw new Error(
      `${folder} had backups and has none now: is its disk mounted? To begin anew: "mailkeep backup --add --take-over"`,
    )
  writeNote(data, { folder, id: mark === null ? makePlace(folder) : takePlace(folder, takesOver) })
}

const ofAnother = (folder: string) =>
  new Error(
    `${folder} has backups of another data folder; where this one was restored from there, go on with "mailkeep backup --add --take-over", else name an empty folder`,
  )

function hasNoBackup(folder: string): boolean {
  const lists = join(folder, 'generations')
  if (existsSync(lists)) return !readdirSync(lists).some((each) => each.endsWith('.json'))
  // Without its lists nobody can tell whose pages and content these are.
  return placeParts.every(
    (each) => !existsSync(join(folder, each)) || readdirSync(join(folder, each)).length === 0,
  )
}

function makePlace(folder: string): string {
  const other = readdirSync(folder).find((each) => !isOurs(folder, each))
  if (other !== undefined)
    throw new Error(
      `${join(folder, other)} is in the way: backups need a folder of their own, and an empty one`,
    )
  makeParts(folder)
  return writeMark(folder)
}

function makeParts(folder: string): void {
  for (const each of placeParts) {
    mkdirSync(join(folder, each), { mode: 0o700, recursive: true })
    giveToOwner(folder, join(folder, each))
  }
}

/** What an empty disk has, and what is left where this was interrupted. */
function isOurs(folder: string, name: string): boolean {
  if (['lost+found', lockName, `${markName}.unfinished`].includes(name)) return true
  return placeParts.some((each) => each === name) && readdirSync(join(folder, name)).length === 0
}

/** @throws Error where somebody else is at it, or has made a backup there since it was looked at */
function takePlace(folder: string, takesOver: boolean): string {
  using _held = lockPlace(folder, 'write')
  if (!takesOver && !hasNoBackup(folder)) throw ofAnother(folder)
  makeParts(folder)
  return writeMark(folder)
}

function writeMark(folder: string): string {
  const [path, id] = [join(folder, markName), newId(Date.now())]
  writeFileSync(`${path}.unfinished`, `${JSON.stringify({ format: 1, id })}\n`, { flush: true })
  giveToOwner(folder, `${path}.unfinished`)
  renameSync(`${path}.unfinished`, path)
  syncPath(folder)
  return id
}

/** The id of a folder of backups; null: it is none. @throws Error of another version, and where nobody can tell */
export function readMark(folder: string): string | null {
  const path = join(folder, markName)
  const found = readJson(path) as { format?: number; id?: string } | null
  if (found === null) return null
  if (found.format !== 1) throw new Error(`${folder} has backups of a newer version (format ${found.format})`)
  if (typeof found.id !== 'string') throw new Error(`${path} has no id`)
  return found.id
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
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new Error(`${path} cannot be read: ${(cause as Error).message}`)
  }
}
