import { openSync } from 'node:fs'

const opened = new Map<string, number>()

/**
 * The file of a database beside its connections, for reading and syncing. Opened once and never closed: where a process
 * closes any descriptor of a file, POSIX drops the locks of all its connections to it.
 * @throws where there is none
 */
export function databaseFile(path: string): number {
  let file = opened.get(path)
  if (file === undefined) {
    file = openSync(path, 'r')
    opened.set(path, file)
  }
  return file
}
