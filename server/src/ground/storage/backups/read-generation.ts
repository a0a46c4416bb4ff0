import { readFileSync } from 'node:fs'
import type { Generation } from './generation.ts'

/**
 * What the file of a generation says; null: there is no such file.
 * @throws Error that names the file where it is there and cannot be read or understood: it must not be taken for absent
 */
export function readGeneration(path: string, name: string): Generation | null {
  let found: unknown
  try {
    found = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new Error(`${path} cannot be read: ${(cause as Error).message}; ${whatToDo}`)
  }
  if (!isGeneration(found) || found.name !== name || (found.previous ?? '') >= name)
    throw new Error(`${path} is not what the file of a backup is; ${whatToDo}`)
  return found
}

const whatToDo =
  'nothing is added to this folder and nothing is removed: mend its disk, or name an empty folder and keep this one'

function isGeneration(found: unknown): found is Generation {
  const { at, previous, place, pageSize, pageCount, image, pack, content, parts } = (found ??
    {}) as Partial<Generation>
  return (
    [at, pageSize, pageCount].every((each) => Number.isSafeInteger(each) && (each as number) >= 1) &&
    [previous, image].every((each) => each === null || typeof each === 'string') &&
    (pack === null || typeof pack?.file === 'string') &&
    typeof place?.checksum === 'string' &&
    [content?.added, content?.gone, parts].every(Array.isArray)
  )
}
