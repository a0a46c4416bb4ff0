import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { type EndDueParts, endDueReturned, endReturned } from './end-returned.ts'
import type { IncidentOrder } from './incident-order.ts'
import { openIncident } from './open-incident.ts'
import { setPredicate } from './set-predicate.ts'

const now = Date.now()
const [hourMs, dayMs] = [3_600_000, 86_400_000]

/** Mail that came and was returned then, and whose content is kept for a week after that. */
function returned(it: TestSite, at: number, rcptTo: string): string {
  const id = it.accept({ at, deliveries: [{ rcptTo, tenant: 'a' }] })
  it.stores.transaction(() => {
    const [job] = it.stores.deliveries.claim('inbound|example|example.test', 'p', at, at + 1, 10).jobs
    assert.equal(job?.message.id, id)
    const back = { state: 'returned', reason: 'refused-by-receiver', dueAt: null, expiresAt: at } as const
    const results = [{ ...back, n: 0, noticeAt: null, attempt: null }]
    it.stores.deliveries.settle([{ messageId: id, owner: 'p', at, results, notices: [] }])
  })
  return id
}

test('returned mail that an incident has touched is kept for a month, other mail for a week', async () => {
  using it = openTestSite()
  const order: IncidentOrder = {
    ...{ ...it.order, status: it.site.status, incidents: it.site.incidents, at: now },
  }
  const touched = returned(it, now - 8 * dayMs, 'x@one.test')
  const other = returned(it, now - 8 * dayMs, 'x@two.test')
  const old = returned(it, now - 31 * dayMs, 'x@one.test')
  const fault = { name: 'Mail is refused', text: 'All is refused.', impact: 'minor' as const, isTold: false }
  const { id } = await openIncident(order, { ...fault, startedAt: now - 40 * dayMs })
  const { retention } = it.stores
  const parts: EndDueParts = {
    ...{ incidents: it.site.incidents, ledger: it.site.ledger, keepMs: 30 * dayMs },
    retention: {
      dueReturned: async (...asked) => retention.dueReturned(...asked),
      keepReturned: async (...told) => it.stores.transaction(() => retention.keepReturned(...told)),
      freeDue: async (...told) => it.stores.transaction(() => retention.freeDue(...told)),
    },
  }
  const isKept = async (messageId: string) => {
    const found = await it.site.ledger.read(messageId)
    return found?.kind === 'message' && found.contentKept
  }
  const round = async (at: number) => {
    it.stores.transaction(() => retention.forget(at, { quarantinedMs: 1e12, traceMs: 1e12 }, 100))
    await endDueReturned(parts, at)
  }
  await setPredicate(order, id, { since: now - 40 * dayMs, until: null, domain: 'one.test' })
  await round(now)
  assert.deepEqual(await Promise.all([touched, other, old].map(isKept)), [true, false, false])
  await round(now + 22 * dayMs - hourMs)
  assert.equal(await isKept(touched), true)
  await round(now + 22 * dayMs + hourMs)
  assert.equal(await isKept(touched), false)
})

test('a level that keeps returned mail shorter ends none that an incident has touched, and asks in the same step', async () => {
  using it = openTestSite()
  const order: IncidentOrder = {
    ...{ ...it.order, status: it.site.status, incidents: it.site.incidents, at: now },
  }
  const since = now - 4 * dayMs
  const [touched, other] = [returned(it, since, 'x@one.test'), returned(it, since, 'x@two.test')]
  const fault = { name: 'Mail is refused', text: 'All is refused.', impact: 'minor' as const, isTold: false }
  const { id } = await openIncident(order, { ...fault, startedAt: now - 40 * dayMs })
  await setPredicate(order, id, { since: now - 40 * dayMs, until: null, domain: 'one.test' })
  const { retention } = it.stores
  const parts = {
    ...{ incidents: it.site.incidents, ledger: it.site.ledger, keepMs: 30 * dayMs },
    retention: {
      keepReturned: async (...told: Parameters<typeof retention.keepReturned>) =>
        it.stores.transaction(() => retention.keepReturned(...told)),
      endReturned: async (...told: Parameters<typeof retention.endReturned>) =>
        it.stores.transaction(() => retention.endReturned(...told)),
    },
  }
  const overdue = [touched, other].map((messageId) => ({ messageId, n: 0, since, keptDays: 3 }))
  assert.equal(await endReturned(parts, overdue, now), 1)
  const kept = (messageId: string) => {
    const row = it.stores.database.prepare('SELECT keep_until AS until FROM messages WHERE id = ?')
    return row.get(messageId)?.until
  }
  assert.deepEqual([kept(touched), kept(other)], [since + 30 * dayMs, null])
})
