import assert from 'node:assert/strict'
import { test } from 'node:test'
import { standingFault } from './standing-fault.ts'

test('a try that came to nothing is told until a later proof, and not by one of a clock that was ahead', () => {
  const [triedAt, now] = [1000, 2000]
  const faultAfter = (checkedAt: number) =>
    standingFault(
      { proof: { of: 1, checkedAt, tookMs: 1, files: 1, faults: [] }, proofFault: 'full', triedAt },
      now,
    )
  assert.deepEqual([999, 1000, 1001, 2001].map(faultAfter), ['full', 'full', null, 'full'])
  assert.equal(standingFault({ proof: null, proofFault: 'full', triedAt }, now), 'full')
})
