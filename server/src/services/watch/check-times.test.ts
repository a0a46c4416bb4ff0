import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CheckTimes } from './check-times.ts'

const pass = (times: CheckTimes, messages: number, timings: Record<string, number>) => {
  for (let n = 0; n < messages; n++) times.note(timings)
  return [...times.look().keys()]
}

test('a check that many messages wait for is told until they do not', () => {
  const times = new CheckTimes()
  assert.deepEqual(pass(times, 20, { antivirus: 10, authentication: 2000 }), ['authentication'])
  assert.deepEqual(
    pass(times, 20, { antivirus: 10, authentication: 20 }),
    ['authentication'],
    'half of them did',
  )
  assert.deepEqual(pass(times, 20, { antivirus: 10, authentication: 20 }), [])
})

test('few messages say nothing, and no mail means that it is over', () => {
  const times = new CheckTimes()
  assert.deepEqual(pass(times, 3, { antivirus: 5000 }), [])
  assert.deepEqual(pass(times, 20, { antivirus: 5000 }), ['antivirus'])
  assert.deepEqual(pass(times, 0, {}), ['antivirus'])
  assert.deepEqual(pass(times, 0, {}), [])
})
