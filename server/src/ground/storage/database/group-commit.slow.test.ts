import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { writersWaitMs } from './begin-writing.ts'
import { databaseName } from './open-database.ts'
import { idleSettings } from './store-settings.ts'
import { openThreadedStores } from './threaded-stores.ts'

test('a store that nothing can be written to answers all that gathered at once, and is away until it is back', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-commit-'))
  const stores = await openThreadedStores({
    settings: idleSettings(folder, 'node-1'),
    reserveBytes: 0,
    onCommit: () => undefined,
    threadEntry: new URL('../../../store-thread.ts', import.meta.url),
  })
  t.after(async () => {
    await stores.stop()
    rmSync(folder, { recursive: true })
  })
  const other = new DatabaseSync(join(folder, databaseName))
  other.exec('BEGIN IMMEDIATE')
  const write = () => stores.directory.setFact('key', 'value')
  const busy = { name: 'StoreError', code: 'busy' }
  const since = performance.now()
  // Each would wait for the lock as long as all of them together.
  await Promise.all([write(), write(), write()].map((each) => assert.rejects(each, busy)))
  assert.ok(performance.now() - since < 2.5 * writersWaitMs)
  assert.ok(stores.stalledMs() >= writersWaitMs, `${stores.stalledMs()} ms`)
  other.exec('ROLLBACK')
  other.close()
  await write()
  assert.equal(stores.stalledMs(), 0)
})
