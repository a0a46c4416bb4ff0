import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TestTally } from './test-tally.ts'

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
