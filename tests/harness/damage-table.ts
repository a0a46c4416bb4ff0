import { closeSync, openSync, writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/** For tests: makes the first page of a table unreadable in a database that nobody in this process has open. */
export function damageTable(path: string, table: string): void {
  const database = new DatabaseSync(path)
  const { rootpage } = database.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(table) as {
    rootpage: number
  }
  const { page_size: size } = database.prepare('PRAGMA page_size').get() as { page_size: number }
  // With the last connection what stands in the log is carried over.
  database.close()
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(size, 0xff), 0, size, (rootpage - 1) * size)
  closeSync(file)
}
