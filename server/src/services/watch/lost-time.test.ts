import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Loss, LostTime } from './lost-time.ts'

/** Seconds, each with what was lost in it. */
function pass(time: LostTime, seconds: readonly (readonly (readonly [Loss, number])[])[]): string[] {
  let told: string[] = []
  for (const each of seconds) {
    for (const [loss, ms] of each) time.note(loss, ms)
    told = [...time.look().keys()]
  }
  return told
}
const times = (count: number, ...what: (readonly [Loss, number])[]) =>
  Array.from({ length: count }, () => what)

test('a disk that takes most of each second is told, and is over when it does not', () => {
  const time = new LostTime()
  assert.deepEqual(pass(time, times(3, ['disk', 800])), [])
  assert.deepEqual(pass(time, times(3, ['disk', 800])), ['disk'])
  assert.deepEqual(pass(time, times(4)), ['disk'], 'not before it is sure')
  assert.deepEqual(pass(time, times(6)), [])
})

test('many short syncs are work', () => {
  assert.deepEqual(pass(new LostTime(), times(20, ...times(9, ['disk', 100] as const).flat())), [])
})

test('what a process that stands still has in hand takes long and is not at fault', () => {
  const told = pass(new LostTime(), times(10, ['halt', 800], ['disk', 800], ['lock', 700]))
  assert.deepEqual(told, ['halt'])
})

test('a sync that a process stood still in again and again is no fault of the disk, however long it took in all', () => {
  const time = new LostTime()
  pass(time, times(10, ['halt', 950]))
  assert.deepEqual(pass(time, times(1, ['disk', 20_000], ['halt', 950])), ['halt'])
})

test('no more than all of the time is lost, however long a process stood still', () => {
  const time = new LostTime()
  time.note('halt', 60_000)
  assert.deepEqual([...time.look()], [['halt', 1]])
})
