import { statSync } from 'node:fs'

/** Why a file is not there in its length; null: it is. Its checksum is looked at when it is sent. */
export function whyFileIsTorn(path: string, size: number): string | null {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return `its file ${path} is missing`
  return found.size === size ? null : `its file ${path} has ${found.size} bytes instead of ${size}`
}
