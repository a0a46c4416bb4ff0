import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { TestDisk, whyNoDisk } from '../../../../../tests/harness/test-disk.ts'
import { storeRules } from '../../../wiring/store-rules.ts'
import { placeFreshDatabase } from './fresh-database.ts'
import { databaseName, openDatabase } from './open-database.ts'
import { SqliteStores } from './sqlite-stores.ts'
import { idleSettings } from './store-settings.ts'

/** Writes, says so, and ends that so long after it is told. */
const rival = `
  const { parentPort, workerData } = require('node:worker_threads')
  const { DatabaseSync } = require('node:sqlite')
  const database = new DatabaseSync(workerData.path, { timeout: 10_000 })
  database.exec('BEGIN IMMEDIATE')
  database.exec('INSERT INTO rival VALUES (1)')
  parentPort.postMessage('begun')
  parentPort.once('message', (afterMs) => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, afterMs)
    database.exec('COMMIT')
    database.close()
  })
`
const heldMs = 1500

/** Where a transaction of ours spends its time while another connection has the lock. @param meanwhile what it does with it, and until when it keeps it (ms) */
async function spentBeside(folder: string, meanwhile: () => number) {
  placeFreshDatabase(folder)
  const path = join(folder, databaseName)
  const database = openDatabase(path, 'write')
  database.exec('CREATE TABLE rival (n INTEGER)')
  const stores = new SqliteStores(database, idleSettings(folder, 'node-1'), storeRules)
  const thread = new Worker(rival, { eval: true, workerData: { path } })
  const over = once(thread, 'exit')
  await once(thread, 'message')
  const { lockMs, syncMs } = stores.spent
  thread.postMessage(meanwhile())
  stores.transaction(() => undefined)
  await over
  database.close()
  return { lockMs: stores.spent.lockMs - lockMs, syncMs: stores.spent.syncMs - syncMs }
}

test('who waits for somebody who does not come to his end has lost the time to the lock', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-lock-'))
  try {
    const { lockMs, syncMs } = await spentBeside(folder, () => heldMs)
    assert.ok(lockMs > syncMs, `${lockMs} ms for the lock, ${syncMs} for the disk`)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('who waits for somebody whom the disk holds up has lost it to the disk', {
  skip: whyNoDisk() ?? false,
}, async () => {
  using disk = TestDisk.ext4(64)
  const { lockMs, syncMs } = await spentBeside(disk.folder, () => {
    disk.freezeFor(heldMs)
    return 0
  })
  assert.ok(syncMs > lockMs, `${lockMs} ms for the lock, ${syncMs} for the disk`)
})
