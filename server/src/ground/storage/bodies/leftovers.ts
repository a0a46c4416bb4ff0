import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Swept } from '#flow/spool/body-store.ts'

/** How long files that were set aside are kept. */
const keepAsideMs = 30 * 86_400_000

/** Paths of the files in these folders; what else lies there (a `lost+found`) is none of ours. */
export async function listFiles(...folders: readonly string[]): Promise<string[]> {
  const found = await Promise.all(folders.map((each) => readdir(each, { withFileTypes: true })))
  return found.flatMap((entries, index) =>
    entries
      .filter((each) => each.isFile() && !each.name.startsWith('.'))
      .map((each) => join(folders[index] ?? '', each.name)),
  )
}

/** Removes files that nobody has finished, and moves those aside that were finished. */
export async function clearLeftovers(
  leftovers: readonly string[],
  incoming: string,
  aside: string,
): Promise<Swept> {
  const finished = leftovers.filter((each) => dirname(each) !== incoming)
  const half = leftovers.filter((each) => dirname(each) === incoming)
  for (const path of half) await rm(path, { force: true })
  if (finished.length > 0) await mkdir(aside, { recursive: true })
  for (const path of finished) await rename(path, join(aside, basename(path))).catch(ignoreMissing)
  await forgetOld(aside)
  return { removed: half.length, setAside: finished.map((each) => join(aside, basename(each))) }
}

async function forgetOld(aside: string): Promise<void> {
  const until = Date.now() - keepAsideMs
  for (const path of await listFiles(aside).catch(() => [])) {
    const found = await stat(path).catch(() => null)
    if (found && found.ctimeMs < until) await rm(path, { force: true })
  }
}

/** Another process that starts at the same time may have been faster. */
function ignoreMissing(cause: NodeJS.ErrnoException): void {
  if (cause.code !== 'ENOENT') throw cause
}
