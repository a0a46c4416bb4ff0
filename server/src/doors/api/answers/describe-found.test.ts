import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SearchQuery } from '@mailkeep/contract'
import { systemClock } from '#ground/platform/clock.ts'
import type { Principal } from '#services/access/principal.ts'
import type { TraceLine, TraceQuery } from '#services/ledger/ledger-store.ts'
import type { ApiParts } from '../api-parts.ts'
import { StoreReads } from '../store-reads.ts'
import { describeFound, filterOf, readingFilterOf } from './describe-found.ts'

const id = '0123456789abcdef'
const line: TraceLine = {
  ...{ kind: 'message', id, at: Date.parse('2026-11-20T12:00:00Z'), direction: 'inbound' },
  ...{ mailFrom: 'a@a.test', rcptTo: ['b@b.test'], subject: 'Hello', size: 7, reason: '' },
  states: ['delivered', 'held'],
}
const all = {
  who: 'boss',
  rights: new Set(),
  tenant: 'house',
  tenants: null,
  domains: null,
} as unknown as Principal
const parts = {
  clock: systemClock,
  ledger: { find: async ({ id: asked }: TraceQuery) => (asked === id ? [line] : []) },
  search: { page: () => Promise.reject(new Error('the index is locked')) },
  reasonText: () => '',
} as unknown as ApiParts

/** What a question finds while the index is away. */
async function ask(query: SearchQuery) {
  const { lines, isPlain } = await describeFound(parts, new StoreReads(systemClock, 60_000), query, all)
  return { ids: lines.value?.map((each) => each.id) ?? null, why: lines.missing?.why ?? null, isPlain }
}

test('an id is found while the index is away, with a state or a time beside it that it fits', async () => {
  for (const fits of [
    {},
    { state: 'held' },
    { state: 'waiting,delivered' },
    { since: '2026-11-20', until: '2026-11-21' },
    { state: 'held', since: '2026-11-20T12:00:00Z', limit: 1 },
  ])
    assert.deepEqual(
      await ask({ q: id, ...fits }),
      { ids: [id], why: null, isPlain: true },
      JSON.stringify(fits),
    )
  for (const others of [{ state: 'waiting' }, { since: '2026-11-21' }, { until: '2026-11-20T11:59:59Z' }])
    assert.deepEqual(
      await ask({ q: id, ...others }),
      { ids: [], why: null, isPlain: true },
      JSON.stringify(others),
    )
})

test('a word of signs alone finds nothing and says why, and is no order for all mail', async () => {
  for (const q of ['"', ' ?! ', '***']) {
    const { lines, note } = await describeFound(parts, new StoreReads(systemClock, 60_000), { q }, all)
    assert.deepEqual(lines, { missing: null, value: [] }, 'the index, which is away, is not asked')
    assert.match(note ?? '', /^\S+ has no word to look for/)
    assert.deepEqual(readingFilterOf({ q, state: 'held' }, all, 0), { subject: q, states: ['held'] })
    assert.throws(() => filterOf({ q }, all, 0), /q has no word/)
  }
  const { note } = await describeFound(parts, new StoreReads(systemClock, 60_000), { q: id }, all)
  assert.equal(note, null)
  await assert.rejects(ask({ q: '"', since: 'then' }), /since/)
})

test('what the ledger cannot tell of an id is said to be missing while the index is away', async () => {
  const { ids, why } = await ask({ q: id, recipient: 'b@b.test' })
  assert.equal(ids, null)
  assert.match(why ?? '', /the index is locked/)
})
