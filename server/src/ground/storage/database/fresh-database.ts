import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { databaseName, openDatabase } from './open-database.ts'

let made: Buffer | null = null

/**
 * Puts a database as a first start makes it into a folder of a test. All changes of the schema are made once in a process:
 * they take longer than most tests.
 */
export function placeFreshDatabase(folder: string): void {
  const path = join(folder, databaseName)
  if (made !== null) {
    writeFileSync(path, made)
    return
  }
  openDatabase(path, 'write').close()
  made = readFileSync(path)
}
