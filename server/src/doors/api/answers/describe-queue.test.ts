import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { QueueQuery } from '@mailkeep/contract'
import { systemClock } from '#ground/platform/clock.ts'
import type { QueueLane } from '#services/queue/queue-store.ts'
import type { ApiParts } from '../api-parts.ts'
import { StoreReads } from '../store-reads.ts'
import { describeQueue } from './describe-queue.ts'

const lane = (domain: string, more: Partial<QueueLane>): QueueLane => ({
  ...{ lane: `one|inbound|${domain}`, tenant: 'one', direction: 'inbound', domain, state: 'waiting' },
  ...{ deliveries: 1, oldestAt: 1000, nextDue: null, lastReply: '', came: 0, gone: 0, failsInTls: false },
  ...more,
})
const lanes = [
  lane('a.test', { deliveries: 3, lastReply: '451 4.3.0 Timeout while connecting' }),
  lane('mail.a.test', { deliveries: 2, oldestAt: 500 }),
  lane('b.test', { deliveries: 40, lastReply: '454 TLS not available', failsInTls: true }),
  lane('c.test', { state: 'held' }),
]
const parts = {
  queue: { lanes: async () => lanes },
  directory: { nextHopOf: (domain: string) => `smtp://mx.${domain.replace('mail.', '')}:25` },
} as unknown as ApiParts
const reads = new StoreReads(systemClock, 60_000)

async function hops(query: QueueQuery): Promise<string[]> {
  const { hops, hopsInAll } = await describeQueue(parts, reads, query, 10)
  assert.equal(hopsInAll, hops.value?.length)
  return (hops.value ?? []).map(({ nextHop }) => nextHop.slice(10, 11))
}

test('next hops are found by name, domain, last reply, state and number; all that is asked holds together', async () => {
  assert.deepEqual(await hops({}), ['b', 'a', 'c'])
  assert.deepEqual(await hops({ hop: 'MX.A' }), ['a'])
  assert.deepEqual(await hops({ domain: 'Mail.a.test' }), ['a'])
  assert.deepEqual(await hops({ domain: 'test' }), ['b', 'a', 'c'])
  assert.deepEqual(await hops({ domain: 'est' }), [])
  assert.deepEqual(await hops({ reply: 'timeout 451' }), ['a'])
  assert.deepEqual(await hops({ state: 'held' }), ['c'])
  assert.deepEqual(await hops({ failing: 'tls' }), ['b'])
  assert.deepEqual(await hops({ deliveries: 'gt:1,leq:5' }), ['a'])
  assert.deepEqual(await hops({ deliveries: 'geq:5', state: 'held' }), [])
  assert.deepEqual(await hops({ before: '1970-01-01T00:00:01Z' }), ['a'], 'with something older')
  assert.deepEqual(await hops({ before: '1d', state: 'held' }), ['c'])
  await assert.rejects(hops({ before: 'old' }), /before is a moment such as/)
  await assert.rejects(hops({ deliveries: 'many' }), /deliveries is written as geq:1000/)
})

test('a next hop names every domain once, as many as a question for their mail takes', async () => {
  const many = Array.from({ length: 60 }, (_, n) => lane(`m${n}.test`, {}))
  const again = lane('m0.test', { lane: 'two|inbound|m0.test', tenant: 'two' })
  const one = {
    queue: { lanes: async () => [...many, again] },
    directory: { nextHopOf: () => 'smtp://mx.test:25' },
  } as unknown as ApiParts
  const found = await describeQueue(one, new StoreReads(systemClock, 60_000), {}, 10)
  const [hop] = found.hops.value ?? []
  assert.deepEqual([hop?.domains.length, hop?.domainsInAll, hop?.lanes], [50, 60, 61])
})
