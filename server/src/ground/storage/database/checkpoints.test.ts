import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { waitUntil } from '../../../../../tests/harness/wait-until.ts'
import { type Engine, engines } from '../../../test-engines.ts'
import { storeRules } from '../../../wiring/store-rules.ts'
import { Checkpoints, CheckpointTurn } from './checkpoints.ts'
import { databaseName, openDatabase } from './open-database.ts'
import { SqliteStores } from './sqlite-stores.ts'
import { StoreService } from './store-service.ts'
import { idleSettings } from './store-settings.ts'

describe('checkpoints', () => {
  let folder: string
  let path: string
  let writer: DatabaseSync
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailkeep-checkpoints-'))
    path = join(folder, databaseName)
    writer = openDatabase(path, 'write')
    writer.exec('PRAGMA synchronous = OFF')
    writer.exec('CREATE TABLE stuff (bytes BLOB)')
  })
  after(() => {
    writer.close()
    rmSync(folder, { recursive: true })
  })
  const write = (rows: number) => {
    for (let row = 0; row < rows; row++) writer.exec('INSERT INTO stuff VALUES (zeroblob(8000))')
  }

  const serviceOf = (database: DatabaseSync) => {
    const settings = idleSettings(folder, 'node-1')
    const stores = new SqliteStores(database, settings, storeRules)
    return new StoreService(stores, { path, mode: 'write', settings, reserve: null })
  }
  const add = (at: number) => ({
    store: 'laneFlow',
    method: 'add',
    values: [at, [{ lane: 'a', came: 1, gone: 0 }], 0],
  })

  test('carry the log over beside an open transaction, and the log begins anew', () => {
    const beside = new Checkpoints(path)
    write(300)
    writer.exec('BEGIN IMMEDIATE')
    assert.equal(beside.run()?.left, 0, 'a writer at work is not in the way')
    writer.exec('COMMIT')
    const before = statSync(`${path}-wal`).size
    write(200)
    assert.equal(statSync(`${path}-wal`).size, before, 'its space is used again')
  })

  test('do not wait for a reader: what it still needs stays for the next time', () => {
    const beside = new Checkpoints(path)
    const reader = openDatabase(path, 'read')
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM stuff').get()
    write(10)
    assert.notEqual(beside.run()?.left, 0)
    reader.exec('COMMIT')
    assert.equal(beside.run()?.left, 0)
    reader.close()
  })

  test('touch nothing where there is no file that can be written', () => {
    assert.throws(() => new Checkpoints(join(folder, 'none.db')).run(), { code: 'ENOENT' })
  })

  test('are called for when enough is written, one at a time, also after one that failed', async () => {
    const runs: ((ok: boolean) => void)[] = []
    const turn = new CheckpointTurn({
      run: () =>
        new Promise((resolve, reject) => runs.push((ok) => (ok ? resolve(null) : reject(new Error())))),
      endLog: () => assert.fail('it is not known how long the log is'),
    })
    turn.wrote(599)
    assert.equal(runs.length, 0)
    turn.wrote(1)
    turn.wrote(1000)
    assert.equal(runs.length, 1)
    runs[0]?.(false)
    await settled()
    turn.wrote(1)
    assert.equal(runs.length, 2)
    runs[1]?.(true)
  })

  test('leave the end of a long log to the writer only where little is left of it', async () => {
    const states = [
      { pages: 1000, left: 0 },
      { pages: 2500, left: 1500 },
      { pages: 2600, left: 100 },
      ...Array.from({ length: 3 }, () => ({ pages: 3000, left: 2900 })),
    ]
    let ended = 0
    const turn = new CheckpointTurn({
      run: async () => states.shift() ?? null,
      endLog: () => {
        ended += 1
      },
    })
    turn.wrote(600)
    await settled()
    assert.deepEqual([states.length, ended], [5, 0], 'a short log goes on')
    turn.wrote(600)
    await settled()
    assert.deepEqual([states.length, ended], [3, 1], 'gone over again until little is left')
    turn.wrote(600)
    await settled()
    assert.deepEqual([states.length, ended], [0, 1], 'somebody still reads: the next turn')
  })

  test('are made by the stores of a server, long before a writer has to by itself', async () => {
    const engine = await (engines[0] as Engine).open()
    try {
      const file = join(engine.folder, databaseName)
      const before = statSync(file).size
      const { laneFlow } = engine.stores
      const lane = `inbound|one|${'x'.repeat(200)}.test`
      const add = (_: unknown, at: number) => laneFlow.add(at, [{ lane, came: 1, gone: 0 }], 0)
      await Promise.all(Array.from({ length: 600 }, add))
      await waitUntil('the file has grown', () => statSync(file).size > before)
    } finally {
      await engine.close()
    }
  })

  test('a batch that ends the log begins it anew, whatever came after the last checkpoint', () => {
    const service = serviceOf(writer)
    write(100)
    service.serve({ calls: [add(1)] })
    assert.ok((new Checkpoints(path).run()?.pages ?? 0) > 100, 'it has gone on')
    write(10)
    const { answers } = service.serve({ calls: [add(2)], endsLog: true })
    assert.deepEqual(answers, [{ value: undefined }])
    assert.ok((new Checkpoints(path).run()?.pages ?? 0) < 20)
  })

  test('while somebody reads from the log it goes on, and a batch after that begins it anew', (t) => {
    let now = 1000
    t.mock.method(performance, 'now', () => now)
    const service = serviceOf(writer)
    write(100)
    const reader = openDatabase(path, 'read')
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM stuff').get()
    const before = new Checkpoints(path).logCount()
    service.serve({ calls: [add(3)], endsLog: true })
    service.serve({ calls: [add(4)] })
    assert.equal(new Checkpoints(path).logCount(), before)
    reader.exec('COMMIT')
    service.serve({ calls: [add(5)] })
    assert.equal(new Checkpoints(path).logCount(), before, 'each try is a sync, so they are apart')
    now += 110
    service.serve({ calls: [add(6)] })
    const once = new Checkpoints(path).logCount()
    assert.notEqual(once, before)
    now += 110
    for (const at of [7, 8]) service.serve({ calls: [add(at)] })
    assert.equal(new Checkpoints(path).logCount(), once, 'once is enough')
    reader.close()
  })
})

const settled = () => new Promise((resolve) => setTimeout(resolve, 5))
