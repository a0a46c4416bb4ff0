import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { storeRules } from '../../../wiring/store-rules.ts'
import { databaseName, openDatabase } from './open-database.ts'
import { SqliteStores } from './sqlite-stores.ts'
import { idleSettings } from './store-settings.ts'

test('what reads is of one moment, and one read that fails spoils only itself', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-moment-'))
  const path = join(folder, databaseName)
  const [database, other] = [openDatabase(path, 'write'), openDatabase(path, 'write')]
  t.after(() => {
    for (const each of [database, other]) each.close()
    rmSync(folder, { recursive: true })
  })
  other.exec('CREATE TABLE stuff (n INTEGER)')
  const stores = new SqliteStores(database, idleSettings(folder, 'node-1'), storeRules)
  const count = () => database.prepare('SELECT count(*) AS n FROM stuff').get()?.n
  const twice = () => {
    const before = count()
    other.exec('INSERT INTO stuff VALUES (1)')
    return [before, count()]
  }
  assert.deepEqual(stores.atOneMoment(twice), [0, 0])
  assert.deepEqual(twice(), [1, 2])
  const torn = {
    // As SQLite does by itself where the disk fails: the transaction is over before anybody asks.
    fail() {
      database.exec('ROLLBACK')
      throw new Error('disk I/O error')
    },
  }
  const calls = [
    { store: 'torn', method: 'fail', values: [] },
    { store: 'missing', method: 'none', values: [] },
    { store: 'torn', method: 'count', values: [] },
  ]
  const answers = Object.assign(stores, { torn: { ...torn, count } }).runReads(calls as never)
  assert.match(JSON.stringify(answers[0]), /disk I\/O error/)
  assert.match(JSON.stringify(answers[1]), /no store call/)
  assert.deepEqual(answers[2], { value: 2 })
})
