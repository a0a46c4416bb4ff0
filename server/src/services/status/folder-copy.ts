import { access, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { StatusCopy } from './status-copy.ts'

/** A copy in a folder, such as a share of the web host. The folder itself is not made: one that is not mounted stays empty. */
export function folderCopy(folder: string): StatusCopy {
  return {
    async put(path, { body }) {
      const place = join(folder, path)
      await stat(folder)
      if (dirname(path) !== '.') await mkdir(dirname(place), { recursive: true })
      const next = `${place}.${process.pid}.new`
      await writeFile(next, body)
      await rename(next, place)
    },
    remove: (path) => rm(join(folder, path), { force: true }),
    async holds(path) {
      await stat(folder)
      try {
        await access(join(folder, path))
        return true
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return false
        throw cause
      }
    },
  }
}
