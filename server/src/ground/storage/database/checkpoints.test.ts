import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { waitUntil } from '../../../../../tests/harness/wait-until.ts'
import { Checkpoints, CheckpointTurn } from './checkpoints.ts'
import { type Engine, engines } from './engines.ts'
import { databaseName, openDatabase } from './open-database.ts'

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

  test('carry the log over beside an open transaction, and the log begins anew', () => {
    const beside = new Checkpoints(path)
    write(300)
    writer.exec('BEGIN IMMEDIATE')
    assert.equal(beside.run(), true, 'a writer at work is not in the way')
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
    assert.equal(beside.run(), false)
    reader.exec('COMMIT')
    assert.equal(beside.run(), true)
    reader.close()
  })

  test('touch nothing where there is no file that can be written', () => {
    assert.throws(() => new Checkpoints(join(folder, 'none.db')).run(), { code: 'ENOENT' })
  })

  test('are called for when enough is written, one at a time, also after one that failed', async () => {
    const runs: ((ok: boolean) => void)[] = []
    const turn = new CheckpointTurn(
      () => new Promise((resolve, reject) => runs.push((ok) => (ok ? resolve(true) : reject(new Error())))),
    )
    turn.wrote(299)
    assert.equal(runs.length, 0)
    turn.wrote(1)
    turn.wrote(1000)
    assert.equal(runs.length, 1)
    runs[0]?.(false)
    await new Promise((resolve) => setImmediate(resolve))
    turn.wrote(1)
    assert.equal(runs.length, 2)
  })

  test('are made by the stores of a server, long before a writer would have to', async () => {
    const engine = await (engines[0] as Engine).open()
    try {
      const file = join(engine.folder, databaseName)
      const before = statSync(file).size
      const { laneFlow } = engine.stores
      await Promise.all(Array.from({ length: 300 }, (_, at) => laneFlow.add(at, [], 0)))
      await waitUntil('the file has grown', () => statSync(file).size > before)
    } finally {
      await engine.close()
    }
  })
})
