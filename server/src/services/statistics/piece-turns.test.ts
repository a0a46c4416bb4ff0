import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PieceTurns } from './piece-turns.ts'

test('pieces of several take turns, one at a time, with a rest between any two', async () => {
  const told: string[] = []
  const turns = new PieceTurns(async (tookMs) => void told.push(tookMs >= 0 ? 'rest' : 'wrong'))
  let under = 0
  const piece = (name: string) => async () => {
    assert.equal(++under, 1)
    await Promise.resolve()
    told.push(name)
    under--
  }
  const work = async (name: string, pieces: number) => {
    for (let n = 0; n < pieces; n++) await turns.run(piece(name))
  }
  await Promise.all([work('large', 3), work('small', 1)])
  assert.deepEqual(told.slice(0, 5), ['large', 'rest', 'small', 'rest', 'large'])
})

test('a piece that fails is that of its own work alone', async () => {
  const turns = new PieceTurns(async () => undefined)
  const failing = turns.run(async () => {
    throw new Error('away')
  })
  const next = turns.run(async () => 'done')
  await assert.rejects(failing, /away/)
  assert.equal(await next, 'done')
})
