import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { actOnQueue, countTargets, type QueueOrder } from './act-on-queue.ts'
import { listQueue } from './list-queue.ts'
import type { QueueAction, Selection } from './queue-store.ts'

function orderOf(it: TestSite, action: QueueAction, selection: Selection, more: Partial<QueueOrder> = {}) {
  return {
    queue: it.site.queue,
    action,
    selection,
    all: false,
    at: Date.now(),
    who: 'test',
    ...more,
  }
}

const act = (order: QueueOrder) => actOnQueue(order, () => undefined)

function stateOf(it: TestSite, id: string): string[] {
  const traced = it.stores.ledger.read(id)
  return traced?.kind === 'message' ? traced.deliveries.map((each) => each.state) : []
}

describe('orders on the queue', () => {
  test('an empty selection is refused, unless everything is meant', async () => {
    using it = openTestSite()
    it.accept()
    await assert.rejects(countTargets(orderOf(it, 'hold', {})), /which mail/)
    await assert.rejects(countTargets(orderOf(it, 'reroute', { domain: 'a.test' })), /--next-hop/)
    assert.equal(await act(orderOf(it, 'hold', {}, { all: true })), 1)
  })

  test('an order touches what it names, and counts it before', async () => {
    using it = openTestSite()
    const [mine, other] = [it.accept(), it.accept({ deliveries: [{ rcptTo: 'x@xexample.test' }] })]
    const order = orderOf(it, 'hold', { domain: 'example.test' })
    assert.equal(await countTargets(order), 1)
    assert.equal(await act(order), 1)
    assert.deepEqual([stateOf(it, mine), stateOf(it, other)], [['held'], ['waiting']])
    assert.equal(await act(orderOf(it, 'release', { recipient: 'ANNA@example.test' })), 1)
    assert.deepEqual(stateOf(it, mine), ['waiting'])
    assert.deepEqual(await it.site.ledger.audit(10), [])
  })

  test('each message has a line of the audit log of its own, whatever the steps of an order are', async () => {
    using it = openTestSite()
    const both = it.accept({ deliveries: [{}, { rcptTo: 'ben@example.test' }] })
    const other = it.accept({ deliveries: [{ tenant: 'other' }] })
    assert.equal(await act(orderOf(it, 'hold', {}, { all: true })), 3)
    const lines = await it.site.access.audit(null, null, 10)
    assert.deepEqual(
      lines
        .map(({ what, tenant, detail }) => [what, tenant, detail.messageId, detail.n, detail.deliveries])
        .sort(),
      [
        ['queue-hold', 'example', both, [0, 1], 2],
        ['queue-hold', 'other', other, [0], 1],
      ],
    )
  })

  test('the line of a tenant names nothing of the others on the same next hop', async () => {
    using it = openTestSite()
    const lanes = ['inbound|one|one.test', 'inbound|two|two.test'] as const
    it.accept({ deliveries: [{ tenant: 'one', lane: lanes[0] }] })
    it.accept({ deliveries: [{ tenant: 'two', lane: lanes[1] }] })
    assert.equal(await act(orderOf(it, 'hold', { lanes, hop: 'mx.house.test' })), 2)
    const lines = await it.site.access.audit(null, null, 10)
    assert.deepEqual(lines.map(({ tenant, detail }) => [tenant, detail.selection]).sort(), [
      ['one', { hop: 'mx.house.test' }],
      ['two', { hop: 'mx.house.test' }],
    ])
  })

  test('a retry ends, also for more mail than fits one step', async () => {
    using it = openTestSite()
    for (let i = 0; i < 2300; i++) it.accept()
    assert.equal(await act(orderOf(it, 'retry', {}, { all: true })), 2300)
  })

  test('each selection finds its mail', async () => {
    using it = openTestSite()
    it.accept({ at: Date.now() - 100_000, message: { mailFrom: 'boss@sender.example' } })
    it.accept({ deliveries: [{ reason: 'deferred', tenant: 'other', lane: 'inbound|other|b.test' }] })
    const count = (selection: Selection) => countTargets(orderOf(it, 'hold', selection))
    assert.equal(await count({ sender: 'BOSS@sender.example' }), 1)
    assert.equal(await count({ tenant: 'other' }), 1)
    assert.equal(await count({ lane: 'inbound|other|b.test' }), 1)
    assert.equal(await count({ reason: 'deferred' }), 1)
    assert.equal(await count({ before: Date.now() - 50_000 }), 1)
    assert.equal(await count({ tenant: 'other', reason: 'just-accepted' }), 0)
  })

  test('mail that is not inspected yet, or that is poison, is never sent on by an order', async () => {
    using it = openTestSite()
    const waits = { reason: 'inspecting', dueAt: null } as const
    const id = it.accept({ message: { state: 'inspecting' }, deliveries: [waits] })
    it.accept({ deliveries: [{ reason: 'poison', dueAt: null }] })
    for (const action of ['retry', 'hold', 'reroute'] as const)
      assert.equal(await act(orderOf(it, action, {}, { all: true, via: 'mx:a.test' })), 0)
    assert.deepEqual(stateOf(it, id), ['waiting'])
    assert.equal(await countTargets(orderOf(it, 'return', {}, { all: true })), 2)
  })

  test('what is on the wire is left alone', async () => {
    using it = openTestSite()
    it.accept()
    const now = Date.now()
    it.stores.transaction(() =>
      it.stores.deliveries.claim('inbound|example|example.test', 'me', now, now + 60_000, 10),
    )
    assert.equal(await act(orderOf(it, 'hold', { domain: 'example.test' })), 0)
  })

  test('the list shows lanes, and with a selection its deliveries', async () => {
    using it = openTestSite()
    const id = it.accept()
    const held = it.accept({ deliveries: [{ state: 'held', reason: 'policy', dueAt: null }] })
    const lanes = await listQueue(it.site.queue, {}, undefined, 10)
    assert.deepEqual(
      lanes.lanes?.map((each) => [each.state, each.deliveries]),
      [
        ['waiting', 1],
        ['held', 1],
      ],
    )
    const both = await listQueue(it.site.queue, { domain: 'example.test' }, undefined, 10)
    assert.deepEqual(
      both.deliveries?.map((each) => each.messageId),
      [id, held],
    )
    const one = await listQueue(it.site.queue, { domain: 'example.test' }, undefined, 1)
    assert.deepEqual([one.deliveries?.length, one.more], [1, true])
    const kept = await listQueue(it.site.queue, {}, 'held', 10)
    assert.deepEqual(
      kept.deliveries?.map((each) => each.messageId),
      [held],
    )
  })
})
