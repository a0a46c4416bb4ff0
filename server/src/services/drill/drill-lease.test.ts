import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DrillLease } from './drill-lease.ts'

/** A lease of a minute, with a look at it once a second. */
function createRig() {
  let now = 0
  const lease = new DrillLease(60_000, 1000, () => now)
  return {
    lease,
    standStill: (ms: number) => {
      now += ms
    },
    /** Answers after how many looks it was over; 0: it was not. */
    pass(seconds: number) {
      for (let n = 0; n < seconds; n++) {
        now += 1000
        if (lease.isOver()) return n + 1
      }
      return 0
    },
  }
}

test('a drill of which nothing can be written is given up after a minute that its process has lived through', async () => {
  const { lease, pass, standStill } = createRig()
  assert.equal(pass(59), 0)
  await lease.renew(async () => true)
  assert.equal(pass(57), 0)
  standStill(300_000)
  assert.equal(lease.isOver(), false)
  await lease.renew(async () => true)
  // What is asked and not answered in time was not written, as far as is known.
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const late = lease.renew(() => promise)
  assert.equal(pass(100), 60)
  resolve(true)
  await assert.rejects(late, /nothing could be written of it for 60 s/)
  await assert.rejects(
    lease.renew(async () => true),
    /nothing could be written of it for 60 s/,
  )
  assert.equal(lease.isOver(), true, 'what was given up is not taken up again')
})

test('what is answered late counts from when it was asked, and what fails counts for nothing', async () => {
  const { lease, pass } = createRig()
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const late = lease.renew(() => promise)
  assert.equal(pass(40), 0)
  resolve(true)
  await late
  await assert.rejects(lease.renew(async () => Promise.reject(new Error('disk'))))
  assert.equal(pass(100), 20)
})
