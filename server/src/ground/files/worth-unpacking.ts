import { readFileName } from './file-name.ts'
import type { FileType } from './file-type.ts'
import { lookLimits } from './look-limits.ts'
import type { ZipEntry } from './zip.ts'

/**
 * Bytes to which a packed file may grow: archives hardly shrink when they are packed again; one that grows a
 * hundredfold is made to do so.
 */
export function credibleSize({ name, family }: FileType, packed: number): number {
  if (family !== 'archive' || name === 'tar' || name === 'cpio') return Number.POSITIVE_INFINITY
  return Math.max(1 << 20, packed * 50)
}

/** Whether a file, by its name, holds no others and nothing that runs: those that run are found by their names. */
export function isPlain({ name }: { readonly name: string }): boolean {
  const { family, ending } = readFileName(name)
  return name.endsWith('/') || plainEndings.has(ending) || (family !== null && plainFamilies.has(family))
}

const plainFamilies: ReadonlySet<string> = new Set(['image', 'media', 'text'])
/** Documents whose kind has no macros: what opens them refuses those that have some all the same. */
const plainEndings: ReadonlySet<string> = new Set(['pdf', 'docx', 'xlsx', 'pptx', 'odt', 'ods', 'odp'])

/** Of an archive that is cut: whether an entry lies within what was read, or its name says that this will do. */
export function isSeenOrPlain(entry: ZipEntry): boolean {
  return entry.packed.length > 0 || entry.size === 0 || isPlain(entry)
}

/** Nothing that people send shrinks to a five hundredth; zeros do, which only fill up those who unpack them. */
export function growsBeyondBelief({ size, packed }: ZipEntry): boolean {
  return packed.length > 0 && size > 64 << 20 && size > packed.length * 500
}

/** Kinds that hold links or other files. What is shorter than its head is looked at whole in any case. */
export function isWorthUnpacking(name: string, type: FileType, length: number, pictures = false): boolean {
  if (['archive', 'disk-image', 'document', 'html', 'message'].includes(type.family)) return true
  // The beginning of a disk says nothing.
  if (type.name === 'data') return readFileName(name).family === 'disk-image'
  if (type.family === 'image') return pictures
  return length < lookLimits.head && type.family === 'text'
}
