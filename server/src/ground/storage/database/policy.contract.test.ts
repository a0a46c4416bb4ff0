import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { KeptRule, PolicyStore } from '#services/policy/policy-store.ts'
import type { PolicyEdit, PolicyStep } from '#services/policy/policy-version.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'

const start = 1_800_000_000_000
const scope = 'domain:a.test'

const step = (edits: readonly PolicyEdit[], more: Partial<PolicyStep> = {}): PolicyStep => ({
  ...{ at: start, who: 'test', ip: '', tenant: 'one', scope, what: 'policy-setting', undoes: null, edits },
  ...more,
})

const setting = (name: string, before: string | null, after: string | null): PolicyEdit => ({
  what: 'setting',
  scope,
  name,
  before: { value: before, locked: false },
  after: { value: after, locked: false },
})

const rule = (id: string, more: Partial<KeptRule> = {}): KeptRule =>
  ({
    ...{ id, scope, position: 0, name: id, direction: 'both', conditions: [], exceptions: [] },
    ...{ actions: [{ do: 'quarantine' }], enabled: true, locked: false, owner: '' },
    ...{ changedAt: start, changedBy: 'test', paused: null },
    ...(more as object),
  }) as KeptRule

const ruleEdit = (id: string, before: KeptRule | null, after: KeptRule | null): PolicyEdit => ({
  ...{ what: 'rule', scope, id, before, after },
})

for (const engine of engines) {
  describe(`changes of policy on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let policy: PolicyStore

    before(async () => {
      open = await engine.open()
      policy = open.stores.policy
      const { directory } = open.stores
      await directory.putTenant({
        ...{ id: 'one', parent: null, level: 'customer', name: 'One', settings: {}, locked: [] },
      })
      await directory.putDomain(
        { name: 'a.test', tenant: 'one', nextHop: 'smtp://192.0.2.1', settings: {} },
        1,
      )
    })
    after(() => open.close())

    const settings = async () => (await policy.settingsOf(scope))?.settings

    test('a step is made as a whole, as a version and a line of the audit log', async () => {
      const made = await policy.change(
        step([setting('tolerance', null, '120'), setting('visibility', null, '9')]),
      )
      assert.deepEqual(await settings(), { tolerance: '120', visibility: '9' })
      assert.ok(made.version)
      assert.equal((await policy.version(made.version))?.edits.length, 2)
      const [line] = await open.stores.access.audit(null, null, 5)
      assert.deepEqual([line?.what, line?.who, line?.tenant], ['policy-setting', 'test', 'one'])
    })

    test('where one edit finds something else, none is made, and no version', async () => {
      const edits = [setting('tolerance', '120', '130'), setting('visibility', '8', '10')]
      const clash = await policy.change(step(edits))
      assert.deepEqual(clash, { version: null, edit: 1 })
      assert.deepEqual(await settings(), { tolerance: '120', visibility: '9' })
      assert.equal(
        (await policy.versions({ scopes: null, tenants: null, before: null, limit: 10 })).length,
        1,
      )
      assert.deepEqual(await policy.versions({ scopes: null, tenants: ['two'], before: null, limit: 10 }), [])
    })

    test('with the level as it was seen, another setting of it counts as well', async () => {
      const seen = (await policy.settingsOf(scope)) ?? undefined
      await policy.change(step([setting('visibility', '9', '10')]))
      const late = await policy.change(step([setting('tolerance', '120', '130')], seen && { seen }))
      assert.deepEqual(late, { version: null, edit: -1 })
      const now = (await policy.settingsOf(scope)) ?? undefined
      const made = await policy.change(step([setting('tolerance', '120', '130')], now && { seen: now }))
      assert.ok(made.version)
      assert.equal('seen' in ((await policy.version(made.version)) ?? {}), false, 'it is not kept')
    })

    test('of two changes of a rule that start from the same, one is made', async () => {
      const first = rule('r1')
      await policy.change(step([ruleEdit('r1', null, first)]))
      const [a, b] = [rule('r1', { name: 'A' }), rule('r1', { name: 'B' })]
      const answers = await Promise.all(
        [a, b].map((each) => policy.change(step([ruleEdit('r1', first, each)]))),
      )
      assert.deepEqual(answers.map((each) => each.version !== null).sort(), [false, true])
      const order: PolicyEdit = { what: 'order', scope, before: ['r1', 'r9'], after: ['r9', 'r1'] }
      assert.equal((await policy.change(step([order]))).version, null)
    })
  })
}
