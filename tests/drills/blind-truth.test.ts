import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isToldRightly, latenessOf, latenessWords } from './blind-truth.ts'

/** Of a hundred that were sent, twenty took 10 to 29 s, and five lie at the limit of 4 s. */
const taken = [...Array.from({ length: 20 }, (_, n) => 10_000 + 1000 * n), ...Array(5).fill(4100)]
const lateness = latenessOf(
  taken.map((tookMs) => ({ messageId: '', tookMs })),
  100,
  4000,
)

test('what is told of late mail is right within a tenth; mail at the limit may count or not', () => {
  const { p50, p95, max } = lateness
  assert.deepEqual([p50, p95, max], [17_000, 28_000, 29_000])
  const told = { p50, p95, max, share: 0.25 }
  assert.equal(isToldRightly(told, lateness), true)
  assert.equal(isToldRightly({ ...told, share: 0.2 }, lateness), true)
  for (const wrong of [{ p50: 15_000 }, { p95: 31_000 }, { max: 25_000 }, { share: 0.15 }, { share: 0.3 }])
    assert.equal(isToldRightly({ ...told, ...wrong }, lateness), false, latenessWords({ ...told, ...wrong }))
})
