import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TestRounds } from './test-rounds.ts'
import type { TestEvent } from './test-tally.ts'

const failure = (file: string, message: string, failureType = 'testCodeFailure'): TestEvent => ({
  type: 'test:fail',
  data: {
    ...{ name: 'a', nesting: 0, file: `/root/harness.ts`, entryFile: `/root/${file}` },
    details: { error: { failureType, cause: { message } } },
  },
})
const waited = (file: string) => failure(file, 'waited 60000 ms in vain: it is back')
const suite = (file: string) => failure(file, '1 subtest failed', 'subtestsFailed')

function roundsOf(...events: TestEvent[]): { rounds: TestRounds; told: string[] } {
  const rounds = new TestRounds()
  return { rounds, told: events.map((each) => rounds.note(each).type) }
}

test('a file that failed beside others is run once more, and its failures are not told yet', () => {
  const file = 'tests/scenarios/a.test.ts'
  const { rounds, told } = roundsOf(waited(file), failure(file, 'Expected 1, got 0\n+ 1'), suite(file))
  assert.deepEqual(told, ['test:pass', 'test:pass', 'test:pass'])
  assert.deepEqual([rounds.again(), rounds.stands()], [[`/root/${file}`], []])
  assert.equal(rounds.heldOf(`/root/${file}`).length, 3)
  assert.deepEqual(rounds.firstRoundOf(`/root/${file}`), [
    'a: waited 60000 ms in vain: it is back',
    'a: Expected 1, got 0 + 1',
  ])
})

test('where it is not known what failed first, nothing is run once more', () => {
  const file = 'tests/stories/a.test.ts'
  assert.deepEqual(roundsOf(suite(file)).rounds.again(), [])
})

test('slow units run beside others too', () => {
  const file = 'server/src/flow/a.slow.test.ts'
  const { rounds, told } = roundsOf(waited(file))
  assert.deepEqual([told, rounds.again()], [['test:pass'], [`/root/${file}`]])
})

test('quick units fail at once, and drills have rounds of their own', () => {
  for (const file of ['server/src/flow/a.test.ts', 'tests/drills/a.test.ts'])
    assert.deepEqual(roundsOf(waited(file)).told, ['test:fail'])
})

test('where more than three files failed it is not the machine', () => {
  const files = ['a', 'b', 'c', 'd'].map((each) => `tests/scenarios/${each}.test.ts`)
  const { rounds } = roundsOf(...files.map(waited))
  assert.deepEqual([rounds.again(), rounds.stands().length], [[], 4])
  assert.equal(roundsOf(...files.slice(0, 3).map(waited)).rounds.again().length, 3)
})
