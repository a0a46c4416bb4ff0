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

test('a file has passed again only where a test of the second run has', () => {
  const passed: [string, object] = ['test:pass', { name: 'a', file: '/a' }]
  const tally = tallyOf(passed)
  tally.again('/a', [])
  assert.equal(tally.hasPassed('/a'), false)
  const [type, data] = passed
  tally.note({ type, data })
  assert.equal(tally.hasPassed('/a'), true)
})

test('long tests are no gap', () => {
  const tally = tallyOf(['test:pass', { name: 'a' }], ['test:pass', { name: 'b', skip: 'long: 2 hours' }])
  assert.equal(tally.passed(true), true)
})

test('counts of several runs are told as those of one', () => {
  const summary = (tests: number, failed: number, ms: number, file?: string): [string, object] => [
    'test:summary',
    { counts: { tests, failed, passed: tests - failed }, duration_ms: ms, ...(file && { file }) },
  ]
  const told = (tally: TestTally) => tally.counts().map((each) => each.data.message)
  const tally = tallyOf(summary(3, 1, 8, 'a'), summary(5, 1, 10.5), summary(2, 0, 2))
  assert.deepEqual(
    told(tally).filter((each) => !/ 0$/.test(each ?? '')),
    ['tests 7', 'pass 6', 'fail 1', 'duration_ms 12.5'],
  )
  tally.again('a', ['a, first round: b: waited in vain'])
  const [type, data] = summary(3, 0, 4)
  tally.note({ type, data })
  assert.deepEqual(told(tally).slice(0, 4), ['tests 7', 'suites 0', 'pass 7', 'fail 0'])
  assert.equal(
    tally.secondRounds(),
    '\nFiles that needed a second round:\n  a, first round: b: waited in vain\n',
  )
})

test('a test of a file that is run once more counts once', () => {
  const summary = (tests: number, failed: number): [string, object] => [
    'test:summary',
    { counts: { tests, failed, passed: tests - failed }, duration_ms: 1 },
  ]
  const tally = tallyOf(summary(5, 2), ['test:pass', { name: 'b', file: '/a' }])
  tally.againOf('/a', 2)
  assert.equal(tally.hasPassed('/a'), false)
  const [type, data] = summary(2, 0)
  tally.note({ type, data })
  const told = tally.counts().map((each) => each.data.message)
  assert.deepEqual(told.slice(0, 4), ['tests 5', 'suites 0', 'pass 5', 'fail 0'])
})

test('what drills missed before their second round is told at the end, though they passed', () => {
  const says = (message: string): [string, object] => ['test:diagnostic', { message }]
  const tally = tallyOf(
    says('D01, first round: MISSED alarms: one (none)'),
    says('D01, first round: held p99: 1 s (<= 2 s)'),
    says('D01, second round: held p99: 1 s (<= 2 s)'),
    says('tests 5'),
  )
  assert.match(tally.secondRounds(), /second round:\n {2}D01, first round: MISSED alarms: one \(none\)\n$/)
  assert.equal(tallyOf(says('tests 5')).secondRounds(), '')
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
