import assert from 'node:assert/strict'
import { test } from 'node:test'
import { delayBucketOf, delayBuckets, percentileOf } from '#ground/platform/delay-buckets.ts'
import { type FlowLimits, judgeFlow } from './judge-flow.ts'
import type { DomainFlow } from './statistics-store.ts'

const now = 1_800_000_000_000
const limits: FlowLimits = { messages: 25, goodPercent: 90, badFailures: 3, staleMs: 300_000 }

/** `+` got through, `-` failed, a digit: so many tries failed; oldest first. */
function flow(marks: string): DomainFlow {
  const recent = [...marks].map((mark, index) => ({
    messageId: `m${index}`,
    n: 0,
    at: now - (marks.length - index) * 1000,
    ok: mark === '+',
    failures: mark === '+' ? 0 : Number(mark) || 1,
    reason: mark === '+' ? 'delivered' : 'deferred',
  }))
  return { domain: 'a.test', recent, lastAt: recent.at(-1)?.at ?? 0 }
}
const stateOf = (marks: string, more: Partial<FlowLimits> = {}) =>
  judgeFlow(flow(marks), { ...limits, ...more }, now, now).state

test('three failures of 25 are bad, two are not; too few say nothing', () => {
  assert.equal(stateOf('+'.repeat(25)), 'good')
  assert.equal(stateOf(`${'+'.repeat(22)}---`), 'bad')
  assert.equal(stateOf(`${'+'.repeat(23)}--`), 'good')
  assert.equal(stateOf('--'), 'unknown')
  assert.equal(stateOf('---'), 'bad')
  assert.equal(stateOf(''), 'unknown')
  assert.equal(stateOf('3'), 'bad', 'one message that was tried three times, where others wait behind it')
  assert.equal(stateOf('+2'), 'unknown')
  assert.equal(stateOf('++++++-'), 'good')
})

test('only the latest count, and thresholds are settings', () => {
  assert.equal(stateOf(`---${'+'.repeat(25)}`), 'good')
  assert.equal(stateOf('-+', { badFailures: 1 }), 'bad')
  assert.equal(stateOf(`---${'+'.repeat(10)}`, { messages: 10 }), 'good')
  assert.equal(stateOf(`${'+'.repeat(20)}-----`, { goodPercent: 80 }), 'good')
})

test('late figures say nothing, good or bad, and since when', () => {
  for (const marks of ['+++++', '-----']) {
    const late = judgeFlow(flow(marks), limits, now - limits.staleMs - 1, now)
    assert.deepEqual([late.state, late.since], ['unknown', now - limits.staleMs - 1])
  }
  assert.equal(judgeFlow(flow('---'), limits, 0, now).state, 'unknown')
  assert.equal(judgeFlow(flow('---'), limits, now + limits.staleMs + 1, now).state, 'unknown')
  assert.equal(judgeFlow(null, limits, now, now).state, 'unknown')
})

test('a verdict says what the failures were and when they began', () => {
  const verdict = judgeFlow(flow('++---'), limits, now, now)
  assert.deepEqual(verdict.reasons, [{ reason: 'deferred', deliveries: 3 }])
  assert.equal(verdict.since, now - 3000)
})

test('percentiles of times are those of the bucket that holds them', () => {
  assert.deepEqual([delayBucketOf(0), delayBucketOf(1001), delayBucketOf(1e12)], [1, 2, delayBuckets.at(-1)])
  const counts = delayBuckets.map((bucket) => (bucket === 1 ? 98 : bucket === 300 ? 2 : 0))
  assert.deepEqual(
    [50, 98, 99].map((each) => percentileOf(counts, each)),
    [1, 1, 300],
  )
  assert.equal(
    percentileOf(
      delayBuckets.map(() => 0),
      50,
    ),
    null,
  )
})
