import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AskTurns } from './ask-turns.ts'

test('one asker has two questions in work, a few wait in their order, and others are not held up', async () => {
  const turns = new AskTurns({ waiting: 2, longestMs: 60_000 })
  const [first, second] = [await turns.take('loud'), await turns.take('loud')]
  const begun: string[] = []
  const third = turns.take('loud').then((end) => {
    begun.push('third')
    return end
  })
  const fourth = turns.take('loud').then((end) => {
    begun.push('fourth')
    return end
  })
  assert.equal(await turns.take('loud'), null, 'no more than two wait')
  assert.ok(await turns.take('quiet'))
  assert.deepEqual(begun, [])
  first?.()
  await third
  assert.deepEqual(begun, ['third'])
  second?.()
  for (const end of [await third, await fourth]) end?.()
  assert.ok(await turns.take('loud'))
  assert.ok(await turns.take('loud'))
})

test('who waits for too long is sent away, and leaves no gap', async () => {
  const turns = new AskTurns({ inWork: 1, longestMs: 1 })
  const first = await turns.take('one')
  assert.equal(await turns.take('one'), null)
  first?.()
  assert.ok(await turns.take('one'))
})
