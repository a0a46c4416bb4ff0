import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { storeRules } from '../../../wiring/store-rules.ts'
import { databaseName, openDatabase } from './open-database.ts'
import { SqliteStores } from './sqlite-stores.ts'
import { idleSettings } from './store-settings.ts'

function openBoth(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-read-first-'))
  const path = join(folder, databaseName)
  const [database, other] = [openDatabase(path, 'write'), openDatabase(path, 'write')]
  t.after(() => {
    for (const each of [database, other]) each.close()
    rmSync(folder, { recursive: true })
  })
  other.exec('CREATE TABLE stuff (n INTEGER)')
  const stores = new SqliteStores(database, idleSettings(folder, 'node-1'), storeRules)
  const count = () => database.prepare('SELECT count(*) AS n FROM stuff').get()?.n
  return { stores, database, other, count }
}

test('what only reads waits for nobody who writes', (t) => {
  const { stores, other, count } = openBoth(t)
  other.exec('BEGIN IMMEDIATE; INSERT INTO stuff VALUES (1)')
  assert.equal(stores.readFirst(count), 0)
  other.exec('COMMIT')
  assert.equal(stores.readFirst(count), 1)
})

test('what writes does all of it in one transaction, also what it has read before', (t) => {
  const { stores, database, other, count } = openBoth(t)
  let begun = 0
  const answer = stores.readFirst(() => {
    // Somebody else writes after the first look, and before this has the lock.
    if (begun++ === 0) other.exec('INSERT INTO stuff VALUES (1)')
    const before = count()
    database.exec('INSERT INTO stuff VALUES (2)')
    return before
  })
  assert.deepEqual([begun, answer, count(), stores.written], [2, 1, 2, 1])
})

test('a fault of the work is its own, before a write and after one', (t) => {
  const { stores, database, count } = openBoth(t)
  const fail = () => {
    throw new Error('not so')
  }
  assert.throws(() => stores.readFirst(fail), /not so/)
  const failLate = () => {
    database.exec('INSERT INTO stuff VALUES (3)')
    fail()
  }
  assert.throws(() => stores.readFirst(failLate), /not so/)
  database.exec('INSERT INTO stuff VALUES (4)')
  assert.equal(count(), 1)
})
