import assert from 'node:assert/strict'
import { on } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { beginWriting } from './begin-writing.ts'
import { databaseName, openDatabase } from './open-database.ts'

/** Writes for as many milliseconds as it is told, says that it has begun, and in the end when it had finished. */
const rival = `
  const { parentPort, workerData } = require('node:worker_threads')
  const { DatabaseSync } = require('node:sqlite')
  const database = new DatabaseSync(workerData.path, { timeout: 10_000 })
  const cell = new Int32Array(new SharedArrayBuffer(4))
  parentPort.on('message', (holdMs) => {
    if (holdMs === 0) return parentPort.close()
    database.exec('BEGIN IMMEDIATE')
    parentPort.postMessage('begun')
    Atomics.wait(cell, 0, 0, holdMs)
    database.exec('COMMIT')
    parentPort.postMessage(performance.timeOrigin + performance.now())
  })
`

describe('a place to write', () => {
  let folder: string
  let path: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailkeep-writing-'))
    path = join(folder, databaseName)
    openDatabase(path, 'write').close()
  })
  after(() => rmSync(folder, { recursive: true }))

  test('is found as soon as it is free, and not after sleeping longer and longer', async () => {
    const thread = new Worker(rival, { eval: true, workerData: { path } })
    const said = on(thread, 'message')
    const database = new DatabaseSync(path, { timeout: 10_000 })
    /** Milliseconds from the moment when it was free until it was ours. */
    const lateness = async (holdMs: number, begin: () => void) => {
      thread.postMessage(holdMs)
      await said.next()
      begin()
      const now = performance.timeOrigin + performance.now()
      database.exec('COMMIT')
      const { value } = await said.next()
      const [freeAt] = value as [number]
      return Math.max(0, now - freeAt)
    }
    let [ours, theirs] = [0, 0]
    for (let holdMs = 40; holdMs < 80; holdMs += 2) {
      ours += await lateness(holdMs, () => beginWriting(database))
      theirs += await lateness(holdMs, () => database.exec('BEGIN IMMEDIATE'))
    }
    thread.postMessage(0)
    database.close()
    assert.ok(
      ours < theirs,
      `${ours.toFixed(0)} ms late in all, ${theirs.toFixed(0)} by SQLite's own waiting`,
    )
  })

  test('costs the time that others had it, told while it is waited for, and none where nobody has it', async () => {
    const thread = new Worker(rival, { eval: true, workerData: { path } })
    const said = on(thread, 'message')
    const database = new DatabaseSync(path, { timeout: 10_000 })
    const told: number[] = []
    beginWriting(database, 10_000, (lockMs) => told.push(lockMs))
    database.exec('COMMIT')
    assert.equal(told.length, 0)
    thread.postMessage(200)
    await said.next()
    const since = performance.now()
    // The disk is slow meanwhile: that is not the time of whoever has the lock.
    beginWriting(database, 10_000, (lockMs) => {
      if (told.push(lockMs) === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
    })
    const tookMs = performance.now() - since
    database.exec('COMMIT')
    await said.next()
    thread.postMessage(0)
    database.close()
    assert.deepEqual(
      told,
      told.toSorted((one, other) => one - other),
    )
    const lockMs = told.at(-1) ?? 0
    assert.ok(lockMs > 0 && lockMs <= tookMs - 100, `${lockMs} of ${tookMs} ms`)
  })

  test('is not waited for beyond its time, and the connection waits as before', () => {
    const holder = openDatabase(path, 'write')
    const other = openDatabase(path, 'write')
    beginWriting(holder)
    assert.throws(() => beginWriting(other, 20), { errcode: 5 })
    holder.exec('COMMIT')
    assert.deepEqual({ ...other.prepare('PRAGMA busy_timeout').get() }, { timeout: 10_000 })
    holder.close()
    other.close()
  })
})
