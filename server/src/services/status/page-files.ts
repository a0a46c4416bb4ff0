import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Those of some files that are not in a folder as they should be. */
export async function differing(folder: string, files: ReadonlyMap<string, string>): Promise<Set<string>> {
  const found = await Promise.all(
    [...files].map(async ([path, text]) => {
      const there = await readFile(join(folder, path), 'utf8').catch(() => null)
      return there === text ? [] : [path]
    }),
  )
  return new Set(found.flat())
}

/** Puts a text in the place of a file: whoever reads sees the one or the other, whole, also after a power loss. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  // A name of its own for each process: a command and the server may publish at the same time.
  const next = `${path}.${process.pid}.new`
  try {
    const file = await open(next, 'w')
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(next, path)
  } catch (cause) {
    // Half a file takes room that the next try needs.
    await rm(next, { force: true }).catch(() => undefined)
    throw cause
  }
}
