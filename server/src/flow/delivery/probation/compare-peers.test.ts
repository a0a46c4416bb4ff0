import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { worseThanPeers } from './compare-peers.ts'
import { type HopSums, HopTries } from './hop-tries.ts'

const sums = (tried: number, failed: number, more: Partial<HopSums> = {}): HopSums => ({
  hop: 'inbound smtp://hop.test',
  tried,
  failed,
  wentAgo: failed < tried ? 1000 : null,
  failedAgo: failed > 0 ? 1000 : null,
  ...more,
})

describe('one process beside others', () => {
  test('one that fails where others get through is worse', () => {
    assert.deepEqual(worseThanPeers([sums(10, 10)], [[sums(90, 0)]]), {
      hop: 'inbound smtp://hop.test',
      tried: 10,
      failed: 10,
      points: 100,
    })
  })

  test('a point and three failures are the bound', () => {
    assert.equal(worseThanPeers([sums(2, 2)], [[sums(90, 0)]]), null)
    assert.equal(worseThanPeers([sums(1000, 9)], [[sums(1000, 0)]]), null)
    assert.equal(worseThanPeers([sums(1000, 20)], [[sums(1000, 0)]])?.points, 2)
    assert.equal(worseThanPeers([sums(1000, 20)], [[sums(1000, 15)]]), null)
  })

  test('a hop that is down for everybody says nothing', () => {
    assert.equal(
      worseThanPeers([sums(10, 10, { failedAgo: 100 })], [[sums(90, 3, { wentAgo: 30_000 })]]),
      null,
    )
    assert.equal(worseThanPeers([sums(10, 10)], [[sums(20, 20)]]), null)
  })

  test('hops that only one of them knows cannot be compared', () => {
    assert.equal(worseThanPeers([sums(10, 10)], [[sums(90, 0, { hop: 'other' })]]), null)
    assert.equal(worseThanPeers([sums(10, 10)], []), null)
  })
})

test('tries are summed over two minutes and forgotten after that', () => {
  let now = 0
  const tries = new HopTries(() => now)
  tries.note('a', true)
  now = 60_000
  tries.note('a', false)
  now = 61_000
  assert.deepEqual(tries.sums(), [{ hop: 'a', tried: 2, failed: 1, wentAgo: 61_000, failedAgo: 1000 }])
  now = 125_000
  assert.deepEqual(tries.sums(), [{ hop: 'a', tried: 1, failed: 1, wentAgo: null, failedAgo: 65_000 }])
  now = 300_000
  assert.deepEqual(tries.sums(), [])
})
