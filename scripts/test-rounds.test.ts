import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgedAtTheEnd, TestRounds } from './test-rounds.ts'
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
  assert.deepEqual([rounds.again(), rounds.stands()], [[{ file: `/root/${file}`, only: [] }], []])
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
  assert.deepEqual([told, rounds.again()], [['test:pass'], [{ file: `/root/${file}`, only: [] }]])
})

test('quick units fail at once, and so do drills that lost mail and what nothing runs beside', () => {
  const files = ['server/src/flow/a.test.ts', 'tests/drills/a.test.ts', 'tests/scenarios/a.alone.test.ts']
  for (const file of files) assert.deepEqual(roundsOf(waited(file)).told, ['test:fail'])
})

test('a drill whose misses may be the machine’s is run once more by its name, however many there are', () => {
  const drill = (id: string, file: string) => {
    const event = failure(`tests/drills/${file}.test.ts`, `${judgedAtTheEnd}1 of 9 bounds missed`)
    return { ...event, data: { ...event.data, name: `drill ${id}: of ${file}` } }
  }
  const files = ['a', 'b', 'c', 'd', 'e.alone']
  const { rounds, told } = roundsOf(...files.map((each) => drill('D01', each)), drill('D02', 'a'))
  assert.deepEqual(new Set(told), new Set(['test:pass']))
  assert.deepEqual(rounds.stands(), [])
  assert.equal(rounds.again().length, files.length)
  assert.deepEqual(rounds.again()[0], {
    file: '/root/tests/drills/a.test.ts',
    only: ['drill D01: of a', 'drill D02: of a'],
  })
})

test('where more than three files failed it is not the machine', () => {
  const files = ['a', 'b', 'c', 'd'].map((each) => `tests/scenarios/${each}.test.ts`)
  const { rounds } = roundsOf(...files.map(waited))
  assert.deepEqual([rounds.again(), rounds.stands().length], [[], 4])
  assert.equal(roundsOf(...files.slice(0, 3).map(waited)).rounds.again().length, 3)
})
