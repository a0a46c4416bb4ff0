import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PathMemory } from '#flow/delivery/sending/path.ts'
import type { AddressListing, KeptAddress } from '#flow/delivery/sending/sending-store.ts'
import { openTestSite } from '../../../test-site.ts'

const address = (ip: string, more: Partial<KeptAddress> = {}): KeptAddress => ({
  ...{ ip, pool: 'outbound', helo: 'mx.one.test', state: 'active', warmUp: null },
  ...{ addedAt: 5, addedBy: 'test', ...more },
})
const memory = (perMinute: number): PathMemory => ({
  ...{ perMinute, ceiling: null, searching: false, quietUntil: 0, outUntil: 0, outs: 0, slows: 1 },
  ...{ recent: ['slow'], listedAt: [], steppedAt: 0, troubleAt: 0, words: '421 slow down' },
})
const none = { taken: 0, deferred: 0, slow: 0, listed: 0, judged: 0 }
const line = (day: string, ip: string, receiver: string, counts: Partial<typeof none>) => ({
  ...{ day, ip, receiver, counts: { ...none, ...counts } },
})

describe('addresses that mail leaves by, kept', () => {
  test('they come by pool, are changed and taken away', () => {
    using it = openTestSite()
    const { sending } = it.stores
    const warmUp = { since: 7, start: 50, growth: 0.3, full: 1000 }
    for (const each of [address('192.0.2.2'), address('192.0.2.1', { pool: 'inbound', warmUp })])
      sending.putAddress(each)
    assert.deepEqual(sending.addresses(), [
      address('192.0.2.1', { pool: 'inbound', warmUp }),
      address('192.0.2.2'),
    ])
    sending.putAddress(address('192.0.2.2', { state: 'resting', helo: 'b.test', addedBy: 'other' }))
    assert.deepEqual(sending.addresses()[1], address('192.0.2.2', { state: 'resting', helo: 'b.test' }))
    assert.equal(sending.removeAddress('192.0.2.2'), true)
    assert.equal(sending.removeAddress('192.0.2.2'), false)
  })

  test('what was learnt is kept, newest first, until it is old or there is nothing to keep', () => {
    using it = openTestSite()
    const { sending } = it.stores
    const path = (receiver: string, changedAt: number) => ({
      ...{ ip: '192.0.2.1', receiver, memory: memory(changedAt), changedAt },
    })
    sending.putPaths([path('a.test', 10), path('b.test', 20), path('c.test', 30)])
    sending.putPaths([path('a.test', 40), { ...path('c.test', 50), memory: null }])
    assert.deepEqual(sending.paths(0, 9), [path('a.test', 40), path('b.test', 20)])
    assert.deepEqual(sending.paths(21, 9), [path('a.test', 40)])
    assert.equal(sending.paths(0, 1).length, 1)
    sending.forgetSending(30, '')
    assert.deepEqual(sending.paths(0, 9), [path('a.test', 40)])
  })

  test('figures add up by day, and are found by address, receiver and page, with what was learnt', () => {
    using it = openTestSite()
    const { sending } = it.stores
    sending.addCounts([
      line('2026-11-20', 'x', 'a.test', { taken: 5 }),
      line('2026-11-21', 'x', 'a.test', { taken: 1, slow: 2 }),
      line('2026-11-21', 'x', 'a.test', { taken: 1 }),
      line('2026-11-21', 'y', 'b.test', { deferred: 3 }),
    ])
    sending.putPaths([{ ip: 'x', receiver: 'c.test', memory: memory(4), changedAt: 9 }])
    assert.deepEqual(sending.counts('2026-11-21', ['x']), [
      line('2026-11-21', 'x', 'a.test', { taken: 2, slow: 2 }),
    ])
    assert.deepEqual(sending.totals('2026-11-20'), [
      { ip: 'x', counts: { ...none, taken: 7, slow: 2 } },
      { ip: 'y', counts: { ...none, deferred: 3 } },
    ])
    const query = { ip: null, receiver: null, after: null, limit: 9 }
    const all = sending.figures('2026-11-20', query)
    assert.deepEqual(
      all.map((each) => `${each.ip} ${each.receiver} ${each.counts.taken} ${each.memory?.perMinute ?? '-'}`),
      ['x a.test 7 -', 'x c.test 0 4', 'y b.test 0 -'],
    )
    const names = (more: object) =>
      sending.figures('2026-11-20', { ...query, ...more }).map((each) => each.receiver)
    assert.deepEqual(names({ ip: 'y' }), ['b.test'])
    assert.deepEqual(names({ receiver: 'c.t' }), ['c.test'])
    assert.deepEqual(names({ after: { ip: 'x', receiver: 'a.test' }, limit: 1 }), ['c.test'])
    sending.forgetSending(0, '2026-11-21')
    assert.equal(sending.counts('2026-11-01', ['x', 'y']).length, 2)
  })

  test('whoever sends to thousands of receivers fills no disk: the rest of a day is counted together', () => {
    using it = openTestSite()
    const { sending } = it.stores
    const many = Array.from({ length: 5010 }, (_, n) => line('2026-11-21', 'x', `r${n}.test`, { taken: 1 }))
    it.stores.transaction(() => sending.addCounts(many))
    it.stores.transaction(() => sending.addCounts([line('2026-11-21', 'x', 'r1.test', { taken: 1 })]))
    const kept = sending.counts('2026-11-21', ['x'])
    assert.equal(kept.length, 5001)
    assert.equal(kept.find((each) => each.receiver === '*')?.counts.taken, 10)
    assert.equal(kept.find((each) => each.receiver === 'r1.test')?.counts.taken, 2)
  })

  test('what blocklists say is replaced, and goes with its address', () => {
    using it = openTestSite()
    const { sending } = it.stores
    const listing: AddressListing = {
      ...{ ip: '192.0.2.1', zone: 'bl.test', state: 'listed', text: '127.0.0.2', since: 1, checkedAt: 2 },
    }
    sending.putListings([listing, { ...listing, ip: '192.0.2.2' }])
    sending.putListings([{ ...listing, state: 'clear', since: 3, checkedAt: 3 }])
    assert.deepEqual(
      sending.listings().map((each) => `${each.ip} ${each.state} ${each.since}`),
      ['192.0.2.1 clear 3', '192.0.2.2 listed 1'],
    )
    sending.removeAddress('192.0.2.2')
    assert.equal(sending.listings().length, 1)
  })
})
