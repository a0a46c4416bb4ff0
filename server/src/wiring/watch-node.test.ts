import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAlarms } from '#ground/platform/alarms.ts'
import { systemClock } from '#ground/platform/clock.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import type { Base } from './base.ts'
import { refreshSnapshot } from './watch-node.ts'

test('a first snapshot that is still being written is no fault; one that does not come is', () => {
  const alarms = createAlarms(systemClock, createSilentLog())
  const snapshot = {
    version: null as number | null,
    trouble: 'there is no directory snapshot yet' as string | null,
  }
  const base = {
    alarms,
    metrics: { snapshotAge: { set: () => undefined } },
    snapshot: {
      refresh: () => undefined,
      ageMs: () => null,
      version: () => snapshot.version,
      trouble: () => snapshot.trouble,
    },
  } as unknown as Base
  const open = (runsForMs: number) => {
    refreshSnapshot(base, runsForMs)
    return alarms.open().length
  }
  assert.deepEqual([open(1000), open(30_000)], [0, 1])
  Object.assign(snapshot, { version: 1, trouble: null })
  assert.equal(open(31_000), 0)
  snapshot.trouble = 'the directory snapshot is 1500 minutes old'
  assert.equal(open(1000), 1, 'one that was there and is too old is a fault at once')
})
