import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Job } from './delivery-store.ts'
import { LaneLine } from './lane-line.ts'
import { LaneQueue } from './lane-queue.ts'

const job = (id: string, isBulk = false) => ({ message: { id, ...(isBulk && { isBulk }) } }) as unknown as Job

function laneWith(name: string, jobs: readonly Job[] = [job('m')]): LaneQueue {
  const lane = new LaneQueue(name)
  for (const each of jobs) lane.add(each, 'hand-over')
  return lane
}

describe('the line of lanes', () => {
  test('a tenant with a hundred lanes has the same share as one with one', () => {
    const line = new LaneLine()
    for (let n = 0; n < 100; n++) line.push(laneWith(`outbound|loud|d${n}.test`))
    line.push(laneWith('outbound|quiet|q.test'))
    assert.deepEqual([line.shift()?.lane.tenant, line.shift()?.lane.tenant], ['loud', 'quiet'])
    assert.equal(line.length, 99)
  })

  test('lanes with mail to one come before those with mail to many, which still have their turns', () => {
    const line = new LaneLine()
    for (let n = 0; n < 10; n++) line.push(laneWith(`outbound|t|bulk${n}.test`, [job('b', true)]))
    for (let n = 0; n < 10; n++) line.push(laneWith(`outbound|t|one${n}.test`))
    const order = Array.from({ length: 20 }, () => line.shift()?.lane.domain ?? '')
    assert.deepEqual(
      order.slice(0, 5).map((each) => each.startsWith('bulk')),
      [false, false, false, false, true],
    )
    assert.equal(new Set(order).size, 20)
    assert.equal(line.shift(), undefined)
  })

  test('within a lane mail to one leaves first, and mail to many is not forgotten', () => {
    const lane = new LaneQueue('outbound|t|d.test')
    for (let n = 0; n < 10; n++) lane.add(job(`b${n}`, true), 'hand-over')
    for (let n = 0; n < 10; n++) lane.add(job(`n${n}`), 'hand-over')
    for (let n = 0; n < 3; n++) lane.add(job(`o${n}`), 'store')
    assert.deepEqual([lane.size, lane.bulk, lane.hasOnlyBulk], [23, 10, false])
    const order = Array.from({ length: 10 }, () => lane.next()?.message.id ?? '')
    assert.ok(order.slice(0, 4).every((id) => !id.startsWith('b')))
    assert.equal(order.filter((id) => id.startsWith('b')).length, 2)
    assert.ok(order.includes('o0') && order.includes('n0'))
  })
})
