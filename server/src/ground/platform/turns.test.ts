import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as tick } from 'node:timers/promises'
import { TooManyWait, Turns } from './turns.ts'

test('work runs in order, so many at a time, also where some of it fails', async () => {
  const turns = new Turns(2, 10)
  const begun: number[] = []
  let [running, most] = [0, 0]
  const work = (n: number) => async () => {
    begun.push(n)
    running += 1
    most = Math.max(most, running)
    await tick()
    running -= 1
    if (n === 1) throw new Error('this one fails')
    return n
  }
  const found = await Promise.allSettled([0, 1, 2, 3, 4].map((n) => turns.take(work(n))))
  assert.deepEqual(begun, [0, 1, 2, 3, 4])
  assert.equal(most, 2)
  assert.deepEqual(
    found.map((each) => each.status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
  )
  assert.equal(await turns.take(work(5)), 5, 'nothing is held for good')
})

test('more than may wait are turned away at once', async () => {
  const turns = new Turns(1, 1)
  let end = () => {}
  const first = turns.take(() => new Promise<void>((resolve) => (end = resolve)))
  const second = turns.take(async () => 2)
  await assert.rejects(
    turns.take(async () => 3),
    TooManyWait,
  )
  end()
  await first
  assert.equal(await second, 2)
})
