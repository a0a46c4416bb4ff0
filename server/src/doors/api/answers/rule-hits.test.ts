import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreError } from '#ground/platform/store-error.ts'
import type { IndexProgress, RuleHits } from '#services/search/search-store.ts'
import { readRuleHits } from './rule-hits.ts'

const now = Date.UTC(2026, 4, 2)

/** What is answered and what the log hears where the index answers so. */
async function read(ruleHits: () => Promise<RuleHits | null>) {
  const heard: unknown[] = []
  const found = await readRuleHits(
    {
      search: { ruleHits, progress: async () => ({ completeUpTo: now }) as IndexProgress },
      clock: { now: () => now },
      log: { warn: (...said) => heard.push(said) },
    },
    ['r'],
  )
  return { found, heard }
}

test('hits of rules: an index that is away is silent, any other fault is in the log, and neither hides a rule', async () => {
  const none = { hits: [], completeUpTo: null }
  const well = await read(async () => ({ since: now - 1000, hits: [3] }))
  assert.deepEqual(well.found, {
    hits: [{ deliveries: 3, since: '2026-05-01T23:59:59.000Z' }],
    completeUpTo: '2026-05-02T00:00:00.000Z',
  })
  assert.deepEqual(await read(async () => null), { found: none, heard: [] })
  const away = await read(() => Promise.reject(new StoreError('busy', 'database is locked')))
  assert.deepEqual(away, { found: none, heard: [] })
  const broken = await read(() => Promise.reject(new StoreError('failed', 'no such column: term')))
  assert.deepEqual(broken.found, none)
  assert.match(JSON.stringify(broken.heard), /no such column: term/)
})
