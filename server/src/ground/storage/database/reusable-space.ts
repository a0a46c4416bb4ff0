import { read } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { databaseFile } from './database-file.ts'
import { databaseName } from './open-database.ts'

const readFrom = promisify(read)

/**
 * Bytes within the database file that hold nothing any more and are written again before the file grows. The file
 * never shrinks, so a disk that a backlog has filled would look full for ever if these did not count as room.
 * Read from the file's header (SQLite file format, 1.3), as of the last checkpoint: no connection is asked, and a
 * long question of somebody holds up nothing.
 */
export async function reusableBytes(folder: string): Promise<number> {
  const file = databaseFile(join(folder, databaseName))
  const { buffer, bytesRead } = await readFrom(file, Buffer.alloc(100), 0, 100, 0)
  if (bytesRead < 100) return 0
  const pageSize = buffer.readUInt16BE(16)
  return buffer.readUInt32BE(36) * (pageSize === 1 ? 65_536 : pageSize)
}
