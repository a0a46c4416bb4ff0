import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectionShares } from './connection-shares.ts'
import { LaneQueue } from './lane-queue.ts'

const laneOf = (tenant: string) => new LaneQueue(`inbound|${tenant}|${tenant}.test`)
const [proven, unproven] = [{ lastSuccess: 1 }, { lastSuccess: 0 }]

function sharesOf(most: number) {
  const resumed: string[] = []
  const shares = new ConnectionShares(most, ({ lane }) => resumed.push(lane.tenant))
  return { shares, resumed }
}

test('a tenant with most connections waits, others have the last of them; it is resumed when one is given back', () => {
  const { shares, resumed } = sharesOf(10)
  const [loud, quiet] = [laneOf('loud'), laneOf('quiet')]
  const given = Array.from({ length: 8 }, () => {
    assert.ok(shares.admits(loud, proven))
    return shares.take(loud, proven)
  })
  assert.equal(shares.admits(loud, proven), false)
  assert.equal(shares.admits(laneOf('loud'), proven), false, 'another lane of it')
  assert.ok(shares.admits(quiet, proven))
  given[0]?.()
  assert.deepEqual(resumed, ['loud', 'loud'])
  assert.ok(shares.admits(loud, proven))
  given[1]?.()
  assert.equal(resumed.length, 2, 'nobody waits any more')
})

test('hops that nobody has reached have half of all connections, however they turn out', () => {
  const { shares, resumed } = sharesOf(4)
  const hop = { lastSuccess: 0 }
  const [first] = ['a', 'b'].map((each) => shares.take(laneOf(each), hop))
  assert.equal(shares.admits(laneOf('c'), unproven), false)
  assert.ok(shares.admits(laneOf('c'), proven))
  // It was reached meanwhile, and gives back what it had while it was not.
  hop.lastSuccess = 1
  first?.()
  assert.deepEqual(resumed, ['c'])
  assert.ok(shares.admits(laneOf('c'), unproven))
})
