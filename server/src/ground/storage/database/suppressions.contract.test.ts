import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SuppressionNews, SuppressionQuery } from '#services/suppression/suppression-store.ts'
import { openTestSite } from '../../../test-site.ts'

const day = 86_400_000
const start = 1_800_000_000_000
const lastsMs = [day, 14 * day, 90 * day]
const all: SuppressionQuery = { within: null, now: start + 1, text: '', cause: null, after: '', limit: 50 }

function news(message: string, at: number, more: Partial<SuppressionNews> = {}): SuppressionNews {
  return {
    ...{ at, tenant: 'one', address: 'Gone@far.test', cause: 'bounce', class: 'user-unknown' },
    ...{ words: '550 5.1.1 no such user', messageId: message, isCertain: true, lastsMs, ...more },
  }
}

describe('recipients that are left alone, kept', () => {
  test('each bounce after the end of the last makes it longer; those that come together are one', () => {
    using it = openTestSite()
    const { suppressions } = it.stores
    const until = (now: number) => suppressions.list({ ...all, now })[0]?.until ?? 0
    assert.equal(suppressions.note(news('m1', start)), true)
    assert.equal(suppressions.note(news('m2', start + 60_000)), false, 'it was under way')
    assert.equal(until(start + 1), start + day)
    assert.deepEqual(suppressions.list({ ...all, now: start + day }), [], 'its time is over')
    suppressions.note(news('m3', start + 2 * day))
    assert.equal(until(start + 2 * day), start + 16 * day)
    suppressions.note(news('m4', start + 17 * day))
    suppressions.note(news('m5', start + 110 * day))
    assert.equal(until(start + 110 * day), start + 200 * day, 'the last step repeats')
    suppressions.note(news('m6', start + 300 * day))
    assert.equal(until(start + 300 * day), start + 301 * day, 'what is long ago counts no more')
  })

  test('what comes by mail stops nothing until a second message says the same', () => {
    using it = openTestSite()
    const { suppressions } = it.stores
    const doubtful = { isCertain: false } as const
    assert.equal(suppressions.note(news('m1', start, doubtful)), false)
    assert.equal(suppressions.note(news('m1', start + 1, doubtful)), false, 'the same bounce once more')
    assert.deepEqual(suppressions.list(all), [])
    assert.equal(suppressions.note(news('m2', start + day, doubtful)), true)
    const late = { ...doubtful, address: 'late@far.test' }
    suppressions.note(news('m3', start, late))
    assert.equal(suppressions.note(news('m4', start + 40 * day, late)), false, 'too long between them')
  })

  test('lists are by tenant, cause and part of the address, a page at a time', () => {
    using it = openTestSite()
    const { suppressions } = it.stores
    for (const tenant of ['one', 'two'])
      for (const name of ['a', 'b', 'c'])
        suppressions.note(news(`m${name}`, start, { tenant, address: `${name}@far.test` }))
    const within = { tenants: ['one'], domains: null }
    const first = suppressions.list({ ...all, within, limit: 2 })
    const rest = suppressions.list({ ...all, within, after: first[1]?.id ?? '' })
    assert.deepEqual([...first, ...rest].map(({ address }) => address).sort(), [
      'a@far.test',
      'b@far.test',
      'c@far.test',
    ])
    assert.equal(suppressions.list({ ...all, text: 'B@FAR' }).length, 2)
    assert.deepEqual(suppressions.list({ ...all, cause: 'complaint' }), [])
    assert.deepEqual(
      suppressions.count(within, start + 1).map((each) => ({ ...each })),
      [{ cause: 'bounce', addresses: 3 }],
    )
    const [entry] = first
    assert.ok(entry)
    assert.equal(suppressions.remove(entry.id), true)
    assert.equal(suppressions.remove(entry.id), false)
    assert.equal(suppressions.find(entry.id), null)
    assert.equal(suppressions.list(all).length, 5, 'that of the other tenant stays')
  })

  test('a person takes the place of a bounce, and what bounces then changes nothing', () => {
    using it = openTestSite()
    const { suppressions } = it.stores
    suppressions.note(news('m1', start))
    const [found] = suppressions.list(all)
    assert.ok(found)
    const byHand = { ...found, cause: 'hand' as const, until: start + 30 * day, addedBy: 'cli:test' }
    assert.equal(suppressions.put(byHand), true)
    assert.equal(suppressions.note(news('m2', start + day)), false)
    assert.deepEqual({ ...suppressions.list(all)[0] }, byHand)
  })

  test('only mail to the world is told of it, and mail that arrives ends what a bounce has said', () => {
    using it = openTestSite()
    const { suppressions, deliveries } = it.stores
    suppressions.note(news('m1', start, { tenant: 'example' }))
    const to = (direction: 'inbound' | 'outbound') => ({
      message: { direction },
      deliveries: [{ rcptTo: 'gone@far.test', direction, lane: `${direction}|example|far.test` }],
      at: start,
    })
    it.accept(to('inbound'))
    it.accept(to('outbound'))
    const claim = (direction: string) =>
      it.stores.transaction(() =>
        deliveries.claim(`${direction}|example|far.test`, 'p', start + 1, start + 60_000, 10),
      ).jobs[0]
    assert.equal(claim('inbound')?.recipients[0]?.suppressed, undefined)
    const job = claim('outbound')
    assert.equal(job?.recipients[0]?.suppressed?.class, 'user-unknown')
    assert.ok(job)
    const attempt = { at: start, phase: 'final', nextHop: '', host: '', ip: '', localAddress: '', tls: '' }
    it.stores.transaction(() =>
      deliveries.settle([
        {
          ...{ messageId: job.message.id, owner: 'p', at: start + 2, notices: [] },
          results: [
            {
              ...{ n: 0, state: 'delivered', reason: 'delivered', dueAt: null, expiresAt: 0, noticeAt: null },
              attempt: { ...attempt, code: 250, enhanced: '', reply: 'ok', tookMs: 1 },
            },
          ],
        },
      ]),
    )
    assert.deepEqual(suppressions.list(all), [])
  })

  test('what is long over is forgotten', () => {
    using it = openTestSite()
    const { suppressions, retention } = it.stores
    suppressions.note(news('m1', start))
    const [found] = suppressions.list(all)
    const limits = { traceMs: 900 * day, quarantinedMs: 900 * day, refusalMs: 900 * day } as never
    retention.forget(start + 80 * day, limits, 100)
    assert.ok(suppressions.find(found?.id ?? ''))
    retention.forget(start + 100 * day, limits, 100)
    assert.equal(suppressions.find(found?.id ?? ''), null)
  })
})
