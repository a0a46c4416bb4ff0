import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Makes what is in a file, or the names in a folder, durable. */
export function syncPath(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
