import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { DefinitionRecord, TrialCounts } from '#services/definitions/definition-store.ts'
import type { DmarcRow } from '#services/dmarc/dmarc-store.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import type { ThreadedStores } from './threaded-stores.ts'

const start = 1_800_000_000_000

const record = (version: string, more: Partial<DefinitionRecord> = {}): DefinitionRecord => ({
  version,
  stage: 'shadow',
  share: 0,
  since: start,
  addedAt: start,
  addedBy: 'test',
  why: '',
  content: '{}',
  golden: { clean: 3, bad: 2 },
  ...more,
})

const counts = (messages: number): TrialCounts => ({
  active: 'one',
  trial: 'two',
  messages,
  activeHits: 1,
  trialHits: 2,
  gained: 2,
  lost: 1,
  activeMs: 0.5,
  trialMs: 0.25,
})

const row = (more: Partial<DmarcRow> = {}): DmarcRow => ({
  day: '2026-11-20',
  authorDomain: 'a.test',
  policyDomain: 'a.test',
  policy: 'reject',
  ip: '192.0.2.1',
  mailFromDomain: 'a.test',
  alignedSpf: 'pass',
  alignedDkim: 'fail',
  spf: 'pass',
  dkim: 'none',
  disposition: 'none',
  messages: 1,
  ...more,
})

for (const engine of engines) {
  describe(`definitions and DMARC results on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let stores: ThreadedStores

    before(async () => {
      open = await engine.open()
      stores = open.stores
    })
    after(() => open.close())

    test('a set keeps who added it and what it says, whatever stage it goes to', async () => {
      const { definitions } = stores
      await definitions.put(record('one', { stage: 'active', share: 1 }))
      await definitions.put(record('two', { addedAt: start + 1 }))
      await definitions.put(
        record('two', {
          stage: 'canary',
          share: 0.1,
          since: start + 5,
          addedBy: 'else',
          content: 'x',
          why: 'so',
        }),
      )
      assert.deepEqual(await definitions.list(), [
        record('two', { stage: 'canary', share: 0.1, since: start + 5, addedAt: start + 1, why: 'so' }),
        record('one', { stage: 'active', share: 1 }),
      ])
    })

    test('counts of a pair add up, and begin anew with the stage', async () => {
      const { definitions } = stores
      assert.equal(await definitions.counts('one', 'two'), null)
      await definitions.addCounts([counts(3), counts(4)])
      assert.deepEqual(await definitions.counts('one', 'two'), {
        ...counts(7),
        activeHits: 2,
        trialHits: 4,
        gained: 4,
        lost: 2,
        activeMs: 1,
        trialMs: 0.5,
      })
      assert.equal(await definitions.counts('two', 'one'), null)
      await definitions.put(record('two', { stage: 'canary', share: 1, addedAt: start + 1 }))
      assert.equal(await definitions.counts('one', 'two'), null)
    })

    test('nothing is judged anew where a set has caught nothing', async () => {
      assert.equal(await stores.definitions.reopen({ kind: 'definitions', name: 'two' }, start, 10), 0)
      assert.equal(await stores.definitions.reopened(), 0)
    })

    test('results of a day that are alike are one row', async () => {
      const { dmarc } = stores
      await dmarc.addResults([row(), row({ messages: 4 }), row({ ip: '192.0.2.2' })])
      await dmarc.addResults([row({ messages: 2 }), row({ day: '2026-11-21', messages: 3 })])
      const days = { from: '2026-11-20', to: '2026-11-21' }
      assert.deepEqual(await dmarc.list(days, 10), [
        row({ messages: 7 }),
        row({ day: '2026-11-21', messages: 3 }),
        row({ ip: '192.0.2.2' }),
      ])
      assert.deepEqual(await dmarc.list(days, 1), [row({ messages: 7 })])
      assert.deepEqual(await dmarc.list({ ...days, to: '2026-11-20', domain: 'else.test' }, 10), [])
      assert.equal((await dmarc.list({ ...days, domain: 'a.test' }, 10)).length, 3)
    })

    test('days are forgotten whole', async () => {
      const { dmarc } = stores
      assert.equal(await dmarc.forgetBefore('2026-11-21'), 2)
      assert.deepEqual(await dmarc.list({ from: '2026-01-01', to: '2026-12-31' }, 10), [
        row({ day: '2026-11-21', messages: 3 }),
      ])
    })
  })
}
