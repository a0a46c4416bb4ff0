import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAlarms } from '#ground/platform/alarms.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import { tenantOf } from '#services/alarms/alarm-scopes.ts'
import type { SyncParts } from './sync-parts.ts'
import type { SyncSource } from './sync-store.ts'
import { tellFaults } from './tell-faults.ts'

test('a loss that waits for a person is told to the tenant of its source, until it waits no more', async () => {
  const alarms = createAlarms({ now: () => 0 }, createSilentLog())
  let waiting = [{ id: 's1', name: 'Staff', tenant: 'bakery' }] as SyncSource[]
  const parts = {
    store: {
      attendToFaults: async () => ({ began: [] }),
      faulty: async () => [],
      waiting: async () => waiting,
    },
    ...{ alarms, now: () => 0, limits: () => ({ intervalMs: 1 }), notify: async () => undefined },
  } as unknown as SyncParts
  await tellFaults(parts)
  assert.deepEqual(
    alarms.open().map((each) => [each.name, tenantOf(each)]),
    [['sync-shrink', 'bakery']],
  )
  waiting = []
  await tellFaults(parts)
  assert.deepEqual(alarms.open(), [])
})
