import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DrillLease } from './drill-lease.ts'

test('a drill of which nothing can be written is given up after a minute that its process has lived through', async () => {
  let now = 0
  const lease = new DrillLease(60_000, 1000, () => now)
  const pass = (seconds: number) => {
    for (let n = 0; n < seconds; n++) {
      now += 1000
      if (lease.isOver()) return n + 1
    }
    return 0
  }
  assert.equal(pass(59), 0)
  await lease.renew(async () => true)
  assert.equal(pass(57), 0)
  // The machine stood still for five minutes.
  now += 300_000
  assert.equal(lease.isOver(), false)
  await lease.renew(async () => true)
  // What is asked and not answered in time was not written, as far as is known.
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const late = lease.renew(() => promise)
  assert.equal(pass(100), 60)
  resolve(true)
  await late
  assert.equal(lease.isOver(), true, 'what is answered late counts from when it was asked')
  await assert.rejects(lease.renew(async () => Promise.reject(new Error('disk'))))
  assert.equal(lease.isOver(), true)
})
