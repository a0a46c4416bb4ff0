import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sumCounts, type TestEvent, TestTally } from './test-tally.ts'

function tallyOf(...events: [string, object][]): TestTally {
  const tally = new TestTally()
  for (const [type, data] of events) tally.note({ type, data })
  return tally
}

test('a run passes when something ran and nothing failed', () => {
  assert.equal(tallyOf(['test:pass', { name: 'a' }]).passed(true), true)
  assert.equal(tallyOf(['test:pass', { name: 'a' }], ['test:fail', { name: 'b' }]).passed(false), false)
  assert.equal(tallyOf().passed(false), false)
})

test('a skipped test counts where everything is installed, and is told with its reason', () => {
  const tally = tallyOf(['test:pass', { name: 'a' }], ['test:pass', { name: 'b', skip: 'no swaks here' }])
  assert.deepEqual([tally.passed(false), tally.passed(true)], [true, false])
  assert.match(tally.describe(), /1 x no swaks here/)
})

test('long tests are no gap', () => {
  const tally = tallyOf(['test:pass', { name: 'a' }], ['test:pass', { name: 'b', skip: 'long: 2 hours' }])
  assert.equal(tally.passed(true), true)
})

test('counts of several runs are told as those of one', () => {
  const counts = (...messages: string[]) =>
    messages.map((message): TestEvent => ({ type: 'test:diagnostic', data: { nesting: 0, message } }))
  const summed = sumCounts(
    counts('tests 5', 'fail 0', 'duration_ms 10.5', 'tests 2', 'fail 1', 'duration_ms 2'),
  )
  assert.deepEqual(
    summed.map((each) => each.data.message),
    ['tests 7', 'fail 1', 'duration_ms 12.5'],
  )
})

test('files that took longest are told first, with the sum of their tests', () => {
  const took = (file: string, ms: number, nesting = 0): [string, object] => [
    'test:pass',
    { name: 'a', file: `/root/${file}`, nesting, details: { duration_ms: ms } },
  ]
  const tally = tallyOf(
    took('a.test.ts', 1000),
    took('b.test.ts', 900),
    took('b.test.ts', 600),
    took('b.test.ts', 600, 1),
  )
  assert.match(tally.slowest('/root'), /\n +1\.5 s {2}b\.test\.ts\n +1\.0 s {2}a\.test\.ts\n$/)
})
