import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseLane } from '#flow/spool/lane.ts'
import { createAlarms } from '#ground/platform/alarms.ts'
import { systemClock } from '#ground/platform/clock.ts'
import { createDrainWatch } from './watch-drain.ts'

test('more that comes than leaves is told with its place, and over when as much leaves', async () => {
  const alarms = createAlarms(systemClock, { info() {}, warn() {}, error() {} } as never)
  let sums = [
    { lane: 'outbound|one|slow.test', came: 200, gone: 100 },
    { lane: 'outbound|two|fast.test', came: 50, gone: 50 },
    { lane: 'inbound|one|in.test', came: 500, gone: 499 },
  ]
  let now = 1e6
  const watch = createDrainWatch({
    flow: { sums: async () => sums },
    parseLane,
    alarms,
    windowMs: () => 120_000,
    now: () => now,
  })
  const look = () => {
    now += 15_000
    return watch()
  }
  const behind = sums
  await look()
  await look()
  assert.deepEqual(alarms.open(), [], 'what came a moment ago may still leave')
  sums = []
  await look()
  sums = behind
  await look()
  await look()
  assert.deepEqual(alarms.open(), [], 'it was not so all the time')
  await look()
  const open = alarms.open()
  assert.deepEqual(
    open.map(({ name, subject }) => [name, subject]),
    [['drain-behind', 'outbound']],
  )
  assert.match(open[0]?.text ?? '', /slow\.test \(100\), of the tenant one \(100\)/)
  sums = [{ lane: 'outbound|one|slow.test', came: 100, gone: 95 }]
  await look()
  assert.equal(alarms.open().length, 1, 'it is not over before as much leaves as comes')
  sums = [{ lane: 'outbound|one|slow.test', came: 10, gone: 95 }]
  await look()
  assert.deepEqual(alarms.open(), [])
})
