import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { countAffected, questionOf } from './affected-mail.ts'
import { affectedWords, type Figures, type Predicate, touchedOf } from './incident.ts'
import type { IncidentOrder } from './incident-order.ts'
import { measureIncident } from './measure-incident.ts'
import { openIncident } from './open-incident.ts'
import { repairIncident } from './repair-incident.ts'
import { isFor, repairTask, toTarget } from './repair-task.ts'
import { setPredicate } from './set-predicate.ts'

const now = Date.now()
const hourMs = 3_600_000
const orderOf = (it: TestSite): IncidentOrder => ({
  ...{ ...it.order, status: it.site.status, incidents: it.site.incidents, at: now },
})
const fault = { name: 'Mail waits', text: 'A next hop refuses all.', impact: 'minor' as const, isTold: false }

/** Three messages of an hour ago, one of two hours ago, one of another tenant. */
function acceptSome(it: TestSite) {
  const accept = (at: number, rcptTo: string, tenant = 'a', direction: 'inbound' | 'outbound' = 'inbound') =>
    it.accept({ at, message: { direction }, deliveries: [{ rcptTo, tenant }] })
  return {
    old: accept(now - 2 * hourMs, 'x@one.example'),
    one: accept(now - hourMs, 'x@one.example'),
    two: accept(now - hourMs + 1, 'x@two.example'),
    out: accept(now - hourMs + 2, 'x@one.example', 'a', 'outbound'),
    other: accept(now - hourMs + 3, 'x@sub.one.example', 'b'),
  }
}

describe('the mail that an incident touched', () => {
  test('the list has what meets every condition, and nothing else', async () => {
    using it = openTestSite()
    const mail = acceptSome(it)
    const { id } = await openIncident(orderOf(it), { ...fault, startedAt: now - 1.5 * hourMs })
    await assert.rejects(measureIncident(orderOf(it), it.site.ledger, id), { code: 'conflict' })
    const listed = async (
      more: Partial<Predicate>,
      within?: { tenants: string[]; domains: string[] | null },
    ) => {
      const predicate = { since: now - 1.5 * hourMs, until: null, ...more }
      const incident = await setPredicate(orderOf(it), id, predicate)
      const { lines } = await it.site.ledger.affected(questionOf(incident, now, within), '', 100)
      return lines.map((each) => each.messageId)
    }
    const { old, one, two, out, other } = mail
    assert.deepEqual(await listed({}), [one, two, out, other])
    assert.deepEqual(await listed({ direction: 'inbound' }), [one, two, other])
    assert.deepEqual(await listed({ domain: 'ONE.example' }), [one, out])
    assert.deepEqual(await listed({ tenant: 'b' }), [other])
    assert.deepEqual(await listed({}, { tenants: ['b'], domains: null }), [other])
    assert.deepEqual(
      await listed({ direction: 'inbound' }, { tenants: ['a', 'b'], domains: ['two.example'] }),
      [two],
    )
    assert.deepEqual(await listed({ until: now - hourMs }), [one])
    assert.deepEqual(await listed({ since: now - 3 * hourMs, lateBy: 1.5 * hourMs }), [old])
    assert.deepEqual(await listed({ lateBy: 60_000 }), [one, two, out, other])
    it.stores.transaction(() =>
      it.stores.queue.act({
        action: 'hold',
        selection: { messageIds: [one] },
        at: now - hourMs + 30_000,
        who: 'test',
        ip: '',
        limit: 10,
      }),
    )
    assert.deepEqual(await listed({ lateBy: 60_000 }), [two, out, other])
    assert.deepEqual(await listed({ until: now - 2 * hourMs, since: now - 3 * hourMs }), [old])
    await assert.rejects(listed({ since: now, until: now - 1 }), { code: 'wrong' })
  })

  test('it is counted by state and tenant; a beginning that was only told moves to what was measured', async () => {
    using it = openTestSite()
    acceptSome(it)
    const { id, startedAt } = await openIncident(orderOf(it), { ...fault, startedAt: now - 60_000 })
    await setPredicate(orderOf(it), id, { since: now - 1.5 * hourMs, until: null, direction: 'inbound' })
    const { figures, startFrom, startedAt: begins } = await measureIncident(orderOf(it), it.site.ledger, id)
    assert.equal(startedAt, now - 60_000)
    assert.deepEqual([startFrom, begins], ['telemetry', now - hourMs])
    const { affected, all, tenants, states } = figures ?? {}
    assert.deepEqual([affected, all, tenants, states], [3, 3, 2, { waiting: 3 }])
    const cut = await countAffected(it.site.ledger, { since: 0, until: now }, 0)
    assert.deepEqual([cut.affected, cut.isExact], [5, true])
  })

  test('what was not counted to its end says so, wherever it is told', async () => {
    using it = openTestSite()
    const { id } = await openIncident(orderOf(it), { ...fault, startedAt: now - 60_000 })
    await setPredicate(orderOf(it), id, { since: now - 1.5 * hourMs, until: null, direction: 'inbound' })
    const pages = {
      affected: async (_query: unknown, after: string) => ({ lines: [], next: after === '' ? 'more' : null }),
    }
    const cut = await measureIncident(orderOf(it), pages, id, { budgetMs: -1 })
    assert.equal(cut.figures?.isExact, false)
    assert.match(cut.log.at(-1)?.text ?? '', /^at least 0 of at least 0 deliveries/)
    const whole = await measureIncident(orderOf(it), it.site.ledger, id)
    assert.equal(whole.figures?.isExact, true)
    assert.equal(affectedWords(whole.figures!), '0 of 0')
  })

  test('a repair meets each of them once, and only those in a state for it and in reach', async () => {
    using it = openTestSite()
    const { one, other } = acceptSome(it)
    const { id } = await openIncident(orderOf(it), { ...fault, startedAt: now - 1.5 * hourMs })
    await setPredicate(orderOf(it), id, { since: now - 1.5 * hourMs, until: null, direction: 'inbound' })
    const tasks = { tasks: it.site.tasks, readTasks: it.site.tasks, kick: () => undefined, now: () => now }
    const how = { lifeMs: hourMs, mayVirus: false, tenant: 'a' }
    await assert.rejects(
      repairIncident(orderOf(it), it.site.ledger, tasks, id, { ...how, action: 'release' }),
      {
        code: 'conflict',
      },
    )
    const within = { tenants: ['b'], domains: null }
    const { incident, task } = await repairIncident(orderOf(it), it.site.ledger, tasks, id, {
      ...{ ...how, action: 'retry', within },
    })
    assert.deepEqual([incident.tasks, task.total], [[task.id], 1])
    const step = await repairTask(it.site.ledger, () => now).plan(task)
    assert.equal(step?.next, 'end')
    const asked = step?.calls[0]?.values[0] as { selection: { messageIds: string[] } }
    assert.deepEqual(asked.selection.messageIds, [other])
    assert.equal(await repairTask(it.site.ledger, () => now).plan({ ...task, position: 'end' }), null)
    const { lines } = await it.site.ledger.affected({ since: 0, until: now }, '', 100)
    const target = toTarget(lines.find((each) => each.messageId === one) as (typeof lines)[number])
    assert.equal(isFor({ ...how, action: 'retry' }, target), true)
    assert.equal(
      isFor({ ...how, action: 'release' }, { ...target, state: 'quarantined', reason: 'virus' }),
      false,
    )
    assert.equal(
      isFor({ ...how, action: 'resend' }, { ...target, state: 'returned', contentKept: false }),
      false,
    )
  })
})

test('a repair whose mail was not counted to its end is ordered, as one for many', async () => {
  using it = openTestSite()
  const { id } = await openIncident(orderOf(it), { ...fault, startedAt: now - 1.5 * hourMs })
  await setPredicate(orderOf(it), id, { since: now - 1.5 * hourMs, until: null, direction: 'inbound' })
  const tasks = { tasks: it.site.tasks, readTasks: it.site.tasks, kick: () => undefined, now: () => now }
  const endless = { affected: async () => ({ lines: [], next: 'more' }) }
  const how = { lifeMs: hourMs, mayVirus: false, tenant: 'a', countMs: -1 }
  const { incident, task } = await repairIncident(orderOf(it), endless, tasks, id, {
    ...how,
    action: 'retry',
  })
  assert.match(incident.log.at(-1)?.text ?? '', /^retry of at least 0 deliveries, /)
  const { one } = acceptSome(it)
  const step = await repairTask(it.site.ledger, () => now).plan(task)
  const act = step?.calls[0]?.values[0] as { isForMany: boolean; selection: { messageIds: string[] } }
  assert.equal(act.isForMany && act.selection.messageIds.includes(one), true)
})

test('the public is told how long mail took that was held up, and not how long any other took', () => {
  const figures: Figures = {
    ...{ at: 0, affected: 2, all: 8, tenants: 1, states: {}, firstAt: 0, lastAt: 0, isExact: true },
    delays: { p50: 700_000, p95: 2_400_000, p99: 2_700_000, max: 2_700_000 },
  }
  const since = { since: 0, until: null }
  const told = (predicate: Predicate | null) => touchedOf({ figures, predicate })?.delays
  const delays = { p50: 700_000, p95: 2_400_000, max: 2_700_000 }
  assert.deepEqual(told({ ...since, lateBy: 60_000 }), delays)
  assert.deepEqual(told({ ...since, kind: 'deferred' }), delays)
  assert.equal(told({ ...since, kind: 'quarantined' }), undefined)
  assert.equal(told(null), undefined)
})
