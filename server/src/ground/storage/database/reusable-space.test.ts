import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { databaseName, openDatabase } from './open-database.ts'
import { reusableBytes } from './reusable-space.ts'

test('what was deleted from the database counts as room, as SQLite itself says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-space-'))
  const database = openDatabase(join(folder, databaseName), 'write')
  try {
    database.exec('CREATE TABLE stuff (bytes BLOB); PRAGMA wal_checkpoint(TRUNCATE)')
    assert.equal(await reusableBytes(folder), 0)
    database.prepare('INSERT INTO stuff VALUES (zeroblob(1000000))').run()
    database.exec('DELETE FROM stuff; PRAGMA wal_checkpoint(TRUNCATE)')
    const { freelist_count: pages } = database.prepare('PRAGMA freelist_count').get() as Record<
      string,
      number
    >
    assert.equal(await reusableBytes(folder), (pages ?? 0) * 8192)
    assert.ok((await reusableBytes(folder)) >= 900_000)
  } finally {
    database.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
