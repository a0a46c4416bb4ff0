import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
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

test('reading the head of the file leaves the locks of connections in place', {
  skip: process.platform !== 'linux' && 'only Linux lists locks',
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-locks-'))
  const path = join(folder, databaseName)
  const database = openDatabase(path, 'write')
  try {
    database.exec('CREATE TABLE stuff (bytes BLOB); INSERT INTO stuff VALUES (zeroblob(8000))')
    const file = `:${statSync(path).ino} `
    const locks = () =>
      readFileSync('/proc/locks', 'utf8')
        .split('\n')
        .filter((each) => each.includes(file)).length
    const held = locks()
    assert.ok(held > 0)
    await reusableBytes(folder)
    await reusableBytes(folder)
    assert.equal(locks(), held)
  } finally {
    database.close()
    rmSync(folder, { recursive: true })
  }
})
