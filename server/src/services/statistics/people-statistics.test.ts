import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Reach } from '#services/ledger/ledger-store.ts'
import { NotCountedError } from './count-people.ts'
import { PeopleStatistics } from './people-statistics.ts'
import type { StatisticsQuery, StatisticsStore, Sum, Top } from './statistics-store.ts'

const [hourMs, dayMs] = [3_600_000, 86_400_000]
const now = 100 * dayMs + 22 * hourMs
const sum = (domain: string, deliveries: number): Sum => ({
  ...{ at: now - hourMs, tenant: 'acme', domain, direction: 'inbound' },
  ...{ what: 'refused', reason: 'score', deliveries },
})
const top = (kind: Top['kind'], name: string): Top => ({
  ...{ day: 100 * dayMs, tenant: 'acme', kind, name, deliveries: 2 },
})

/** Sums of the domain `whole.test` say 5; what is counted of people 3 each time, and how often that is done. */
function statisticsOf() {
  const told = { counts: 0, domains: [] as (readonly string[] | null | undefined)[] }
  const store = {
    position: async () => ({ completeUpTo: now - 60_000, verdictsSince: 7 }),
    async series({ within }: StatisticsQuery) {
      told.domains.push(within?.domains)
      return [sum('whole.test', 5)]
    },
    reasons: async () => [sum('whole.test', 5)],
    tops: async () => [{ name: 'boss@whole.test', deliveries: 5 }],
    addressesOf: async () => ['anna@part.test'],
    async countPeople() {
      told.counts++
      return {
        sums: [sum('part.test', 3)],
        tops: [top('attacked', 'anna@part.test'), top('sender', 'x@w.test')],
        next: null,
      }
    },
    refusedRead: async () => ({ line: 0, last: 0 }),
    countRefused: async () => ({ sums: [], tops: [], next: null }),
  } as unknown as StatisticsStore
  const parts = { statistics: store, rest: async () => undefined, now: () => now, keepMs: () => 30 * dayMs }
  return { told, statistics: new PeopleStatistics(parts) }
}

const people: Reach = { tenants: ['acme'], domains: ['user:anna@part.test'] }
const both: Reach = { tenants: ['acme'], domains: ['whole.test', 'user:anna@part.test'] }
const domains: Reach = { tenants: ['acme'], domains: ['whole.test'] }
const queryOf = (within: Reach): StatisticsQuery =>
  ({ within, since: now - dayMs, until: now, span: 'hour' }) as StatisticsQuery

test('figures of people reach back to the first whole day of the ledger, those of domains as far as is asked', () => {
  const { statistics } = statisticsOf()
  const range = { since: 0, until: now }
  assert.deepEqual(statistics.rangeOf(domains, range), range)
  assert.deepEqual(statistics.rangeOf(people, range), { since: 72 * dayMs, until: now })
  assert.throws(() => statistics.rangeOf(people, { since: 0, until: 72 * dayMs }), NotCountedError)
})

test('what is told of domains and people is added up, each from its own place, and counted once for all of an answer', async () => {
  const { told, statistics } = statisticsOf()
  const figures = statistics.figuresOf(both)
  const query = queryOf(both)
  const [rows, reasons, { completeUpTo, verdictsSince, severalSince }] = await Promise.all([
    figures.series(query),
    figures.reasons(query, 5),
    figures.progress(query),
  ])
  assert.deepEqual(
    rows.map(({ deliveries }) => deliveries),
    [5, 3],
  )
  assert.deepEqual(told.domains, [['whole.test']])
  assert.deepEqual(reasons, [{ what: 'refused', reason: 'score', deliveries: 8 }])
  assert.equal(completeUpTo, now - 60_000, 'as far as both reach')
  assert.deepEqual([verdictsSince, severalSince], [7, null])
  assert.equal(told.counts, 1)
})

test('of people alone no sums are asked, and who writes is told of them, but not where half of it would be missing', async () => {
  const { told, statistics } = statisticsOf()
  const figures = statistics.figuresOf(people)
  const query = queryOf(people)
  assert.equal((await figures.series(query)).length, 1)
  assert.deepEqual(told.domains, [])
  assert.deepEqual(await figures.tops(query, 'sender', 5), [{ name: 'x@w.test', deliveries: 2 }])
  assert.ok((await figures.progress(query)).completeUpTo < now, 'refusals are written a moment later')
  assert.deepEqual(await statistics.figuresOf(both).tops(queryOf(both), 'sender', 5), [])
  assert.equal((await statistics.figuresOf(both).tops(queryOf(both), 'attacked', 5)).length, 2)
})
