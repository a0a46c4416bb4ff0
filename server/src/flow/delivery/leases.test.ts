import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeliveryStore, Job } from './delivery-store.ts'
import { Hops } from './hops.ts'
import { Leases } from './leases.ts'
import { Scheduler } from './scheduler.ts'

const leaseMs = 60_000
const job = (id: string) =>
  ({ lane: lane, message: { id, edits: [] }, recipients: [{ n: 0 }] }) as unknown as Job
const lane = 'inbound|site.example|'

test('a lease that ended before the store had lengthened it stays ended', () => {
  const leases = new Leases()
  const [kept, lost] = [job('kept'), job('lost')]
  leases.hold(kept, 100)
  leases.hold(lost, 50)
  assert.deepEqual(leases.running(40), [kept, lost])
  leases.renewed([kept, lost], 60, 160)
  assert.deepEqual([leases.isOurs(kept, 150), leases.isOurs(lost, 60)], [true, false])
  leases.end(kept)
  assert.deepEqual(leases.running(0), [lost])
})

test('a process that stood still beyond its leases sends nothing of what it had claimed', {
  timeout: 10_000,
}, async () => {
  let now = 1_000_000
  const held = Array.from({ length: 12 }, (_each, index) => job(`m${index}`))
  let claims = 0
  const store = {
    lanes: async () => [{ lane, nextDue: claims === 0 ? now : now + leaseMs, orderedAt: null }],
    claim: async () => ({ jobs: claims++ === 0 ? held : [], nextDue: null }),
    renew: async () => undefined,
    giveBack: async () => undefined,
  } as unknown as DeliveryStore
  const begun: { id: string; isOurs: () => boolean; end: () => void }[] = []
  const scheduler = new Scheduler({
    carries: () => true,
    store,
    reader: store,
    hops: new Hops({ nextHopOf: () => 'smtp://127.0.0.1:25' }),
    deliver: ({ message }, _hop, isOurs) =>
      new Promise((resolve) => begun.push({ id: message.id, isOurs, end: () => resolve('ended') })),
    owner: 'p1',
    leaseMs,
    maxConnections: 20,
    laneConnections: () => 5,
    lanePace: () => 0,
    lookUp: null,
    reserve: () => 0,
    probation: { isFull: true, mayCarry: true, take: (wanted) => wanted, refund() {} },
    clock: { now: () => now },
    log: { info() {}, warn() {}, error() {} } as never,
  })
  scheduler.start()
  while (begun.length < 2) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.ok(begun.every((each) => each.isOurs()))
  now += 2 * leaseMs
  assert.ok(begun.every((each) => !each.isOurs()))
  for (const each of begun) each.end()
  await new Promise((resolve) => setTimeout(resolve, 300))
  assert.equal(begun.length, 2)
  assert.equal(scheduler.underWay, 0)
  await scheduler.stop(0)
})

test('what could not be begun is given back for a moment, long before its lease ends', {
  timeout: 10_000,
}, async () => {
  const now = 1_000_000
  const given: { keys: readonly unknown[]; dueAt: number }[] = []
  let claims = 0
  const store = {
    lanes: async () => [{ lane, nextDue: claims === 0 ? now : null, orderedAt: null }],
    claim: async () => ({ jobs: claims++ === 0 ? [job('m0')] : [], nextDue: null }),
    renew: async () => undefined,
    giveBack: async (_owner: string, keys: readonly unknown[], dueAt: number) => {
      given.push({ keys, dueAt })
    },
  } as unknown as DeliveryStore
  const scheduler = new Scheduler({
    carries: () => true,
    store,
    reader: store,
    hops: new Hops({ nextHopOf: () => 'smtp://127.0.0.1:25' }),
    deliver: async () => 'not-tried',
    owner: 'p1',
    leaseMs,
    maxConnections: 20,
    laneConnections: () => 5,
    lanePace: () => 0,
    lookUp: null,
    reserve: () => 0,
    probation: { isFull: true, mayCarry: true, take: (wanted) => wanted, refund() {} },
    clock: { now: () => now },
    log: { info() {}, warn() {}, error() {} } as never,
  })
  scheduler.start()
  while (given.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.deepEqual(
    given[0]?.keys.map((each) => (each as { messageId: string }).messageId),
    ['m0'],
  )
  const waitMs = (given[0]?.dueAt ?? 0) - now
  assert.ok(waitMs > 0 && waitMs < leaseMs, `${waitMs} ms`)
  await scheduler.stop(0)
  assert.equal(given.length, 1)
})
