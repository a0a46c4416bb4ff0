import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BackupPlace } from './backup-place.ts'
import type { PartFile } from './generation.ts'
import type { Pace } from './page-pack.ts'

/**
 * Copies files of a data folder that are no mail, each content once. Those that are as the generation before had them are
 * not read.
 * @param names of files and folders in the data folder; those that are not there are left out
 */
export function copyParts(
  data: string,
  place: BackupPlace,
  names: readonly string[],
  before: readonly PartFile[],
  pace: Pace,
): PartFile[] {
  const known = new Map(before.map((each) => [each.path, each]))
  return names
    .flatMap((name) => filesBelow(data, name))
    .flatMap((path) => {
      const found = lstatSync(join(data, path), { throwIfNoEntry: false })
      if (!found?.isFile()) return []
      const its = { path, size: found.size, mode: found.mode & 0o777, changedAt: found.mtimeMs }
      const old = known.get(path)
      const isSame = old?.size === its.size && old.changedAt === its.changedAt
      if (old && isSame && existsSync(place.path('parts', old.sha256)))
        return [{ ...its, sha256: old.sha256 }]
      pace(found.size)
      return [{ ...its, ...keep(place, readFileSync(join(data, path))) }]
    })
}

function filesBelow(data: string, path: string): string[] {
  const found = lstatSync(join(data, path), { throwIfNoEntry: false })
  if (!found) return []
  if (!found.isDirectory()) return [path]
  return readdirSync(join(data, path)).flatMap((each) => filesBelow(data, join(path, each)))
}

/** The size is that of what was read, should it have changed meanwhile. */
function keep(place: BackupPlace, bytes: Buffer): { readonly sha256: string; readonly size: number } {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (!existsSync(place.path('parts', sha256))) {
    writeFileSync(place.unfinished('parts', sha256), bytes, { mode: 0o600, flush: true })
    place.finish('parts', sha256)
  }
  return { sha256, size: bytes.length }
}
