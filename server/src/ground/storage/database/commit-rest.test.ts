import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { idleSettings } from './store-settings.ts'
import { openThreadedStores } from './threaded-stores.ts'

test('a process that leaves time to others writes what gathers meanwhile in one transaction', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-rest-'))
  const batches: number[] = []
  const stores = await openThreadedStores({
    settings: idleSettings(folder, 'node-1'),
    reserveBytes: 0,
    commitRestMs: 200,
    threadEntry: new URL('../../../store-thread.ts', import.meta.url),
    onCommit: (calls) => batches.push(calls),
  })
  t.after(async () => {
    await stores.stop()
    rmSync(folder, { recursive: true })
  })
  const write = (at: number) => stores.laneFlow.add(at, [], 0)
  await write(0)
  const since = performance.now()
  const later: Promise<void>[] = []
  for (let at = 1; at <= 5; at++) {
    later.push(write(at))
    // One after the other, and all well within the rest on a machine that stands still now and then.
    await new Promise((resolve) => setImmediate(resolve))
  }
  await Promise.all(later)
  assert.deepEqual(batches, [1, 5])
  assert.ok(performance.now() - since >= 150)
})
