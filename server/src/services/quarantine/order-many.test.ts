import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestSite } from '../../test-site.ts'
import { orderMany } from './order-many.ts'

test('an order pressed twice is one, also where it says "2h ago"; one with other words is another', async () => {
  using it = openTestSite()
  const { tasks, quarantine } = it.site
  let now = Date.now()
  const order = {
    quarantine,
    // Nobody works on it, so the first is under way all the time.
    tasks: { tasks, readTasks: tasks, kick: () => undefined, now: () => now },
    action: 'delete',
    conditions: { sender: 'a.test', since: '2h', until: '5m' },
    chosen: { within: { tenants: ['one'], domains: null } },
    mayVirus: false,
    ...{ who: 'manager:anna', ip: '192.0.2.1', tenant: 'one', lifeMs: 60_000 },
  } as const
  const first = await orderMany(order, 0)
  now += 1500
  assert.equal((await orderMany(order, 0)).id, first.id)
  const others = [
    { ...order, conditions: { ...order.conditions, since: '3h' } },
    { ...order, conditions: { sender: 'a.test', since: '2h' } },
    { ...order, chosen: { within: { tenants: ['two'], domains: null } } },
    { ...order, mayVirus: true },
  ]
  const ids = new Set([first.id])
  for (const each of others) ids.add((await orderMany(each, 0)).id)
  assert.equal(ids.size, 1 + others.length)
})
