import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DrillReport } from './drill.ts'
import { holdAsQuick, measureInTurn } from './in-turn.ts'

/** Whether the bound is held. */
function isHeld(inTurn: Parameters<typeof holdAsQuick>[2]): boolean | undefined {
  const held: boolean[] = []
  const hold: DrillReport['hold'] = (_what, _bound, _measured, each) => held.push(each)
  holdAsQuick({ hold } as DrillReport, 'mail', inTurn)
  return held[0]
}

/** Windows that take one after another of what is given. */
function windows(...all: number[][]): () => Promise<number[]> {
  return async () => all.shift() ?? []
}

test('one bad window of three is no miss, a burden that shows in all of them is', async () => {
  const quick = () => windows([1, 10], [1, 12], [1, 11])
  const once = await measureInTurn(3, windows([1, 10], [1, 900], [1, 11]), quick())
  assert.deepEqual([once.alone, once.during], [11, 11])
  assert.equal(isHeld(once), true)
  assert.equal(isHeld(await measureInTurn(3, windows([1, 112], [1, 112], [1, 2]), quick())), false)
  assert.equal(isHeld(await measureInTurn(3, windows([1, 111], [1, 111], [1, 2]), quick())), true)
})

test('a window without the burden is told how many letters the one before it had', async () => {
  const told: number[] = []
  const found = await measureInTurn(2, windows([1, 2, 3], [1]), async (letters) => {
    told.push(letters)
    return Array.from({ length: letters }, () => 1)
  })
  assert.deepEqual(told, [3, 1])
  assert.deepEqual(found.letters, { alone: [3, 1], during: [3, 1] })
})

test('windows of unlike size are not compared', async () => {
  const unlike = await measureInTurn(1, windows([1, 2]), windows([1]))
  assert.throws(() => isHeld(unlike), /mail: 2 letters cannot be compared with 1/)
})
