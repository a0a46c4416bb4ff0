import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRuleText } from '#flow/checks/rules/read-rule.ts'
import { addAcme, openTestSite } from '../../test-site.ts'
import { exportRules, importRules } from './copy-rules.ts'
import { addSenders, removeSender } from './list-senders.ts'
import type { PolicyOrder } from './policy-order.ts'
import { readScope } from './scope.ts'
import { setLevelSetting, setLevelSettings } from './set-level-setting.ts'
import { undoVersion } from './undo-version.ts'
import { addRule, changeRule, deleteRule, moveRule, switchRule } from './write-rule.ts'

const text = (word: string) => ({
  name: word,
  conditions: [{ field: 'subject', test: 'contains', values: [word] }],
  actions: [{ do: 'quarantine' }],
})
const given = (word: string) => ({ text: text(word), enabled: true, locked: false, owner: '' })

async function withSite(
  run: (order: PolicyOrder & { scope: Awaited<ReturnType<typeof readScope>> }) => Promise<void>,
): Promise<void> {
  using test = openTestSite()
  const { site } = test
  const order = { ...test.order, policy: site.policy, who: 'ada', ip: '192.0.2.9' }
  await addAcme(test, ['acme.test'])
  await run({ ...order, scope: await readScope('tenant:acme', site.directory) })
}

const undo = async (order: PolicyOrder, version: number) => {
  const found = await order.policy.version(version)
  assert.ok(found)
  return undoVersion(order, found, { name: found.scope, tenant: found.tenant })
}

test('several settings in one step are one version, with what was before; taken back, they are as they were', () =>
  withSite(async (it) => {
    await setLevelSetting(it, it.scope, { name: 'tolerance', value: '150' })
    const version = await setLevelSettings(it, it.scope, [
      { name: 'tolerance', value: '300', locked: true },
      { name: 'weight.spf-fail', value: '0' },
    ])
    assert.equal(version, 2)
    const kept = await it.policy.version(2)
    assert.deepEqual(kept?.edits, [
      {
        what: 'setting',
        scope: 'tenant:acme',
        name: 'tolerance',
        before: { value: '150', locked: false },
        after: { value: '300', locked: true },
      },
      {
        what: 'setting',
        scope: 'tenant:acme',
        name: 'weight.spf-fail',
        before: { value: null, locked: false },
        after: { value: '0', locked: false },
      },
    ])
    assert.deepEqual([kept?.who, kept?.ip, kept?.tenant], ['ada', '192.0.2.9', 'acme'])
    await undo(it, 2)
    assert.deepEqual(await it.policy.settingsOf('tenant:acme'), {
      settings: { tolerance: '150' },
      locked: [],
    })
    const lines = await it.policy.versions({
      scopes: ['tenant:acme'],
      tenants: ['acme'],
      before: null,
      limit: 10,
    })
    assert.deepEqual(
      lines.map(({ version, what, undoes, undoneBy, count }) => [version, what, undoes, undoneBy, count]),
      [
        [3, 'policy-undone', 2, null, 2],
        [2, 'policy-setting', null, 3, 2],
        [1, 'policy-setting', null, null, 1],
      ],
    )
    await undo(it, 3)
    assert.equal((await it.policy.settingsOf('tenant:acme'))?.settings.tolerance, '300')
  }))

test('one setting of a step that cannot be made leaves all as it was; what is so already is no version', () =>
  withSite(async (it) => {
    await assert.rejects(
      setLevelSettings(it, it.scope, [
        { name: 'tolerance', value: '300' },
        { name: 'tolerance', value: '400' },
      ]),
      /stands twice/,
    )
    await assert.rejects(
      setLevelSettings(it, it.scope, [
        { name: 'tolerance', value: '300' },
        { name: 'dmarc', value: 'maybe' },
      ]),
      /enforce, observe/,
    )
    assert.deepEqual((await it.policy.settingsOf('tenant:acme'))?.settings, {})
    assert.equal(await setLevelSettings(it, it.scope, [{ name: 'tolerance', value: null }]), null)
    assert.equal(await it.policy.version(1), null)
  }))

test('rules come back as they were: added, changed, switched, moved and deleted', () =>
  withSite(async (it) => {
    const one = await addRule(it, it.scope, given('one'), readRuleText)
    const two = await addRule(it, it.scope, given('two'), readRuleText)
    await changeRule(it, one.id, text('three'), readRuleText, { owner: 'boss@acme.test' })
    await switchRule(it, two.id, false)
    await moveRule(it, two.id, 1)
    await deleteRule(it, one.id)
    const names = async () =>
      (await it.policy.rules('tenant:acme')).map((each) => `${each.name} ${each.enabled}`)
    assert.deepEqual(await names(), ['two false'])
    const seen: string[][] = []
    for (const version of [6, 5, 4, 3, 2, 1]) {
      await undo(it, version)
      seen.push(await names())
    }
    assert.deepEqual(seen, [
      ['two false', 'three true'],
      ['three true', 'two false'],
      ['three true', 'two true'],
      ['one true', 'two true'],
      ['one true'],
      [],
    ])
  }))

test('a version that was built upon cannot be taken back before what came later', () =>
  withSite(async (it) => {
    const rule = await addRule(it, it.scope, given('one'), readRuleText)
    await changeRule(it, rule.id, text('two'), readRuleText)
    await assert.rejects(
      undo(it, 1),
      /version 1 cannot be taken back: the rule one.*later versions back first/,
    )
    await it.policy.pauseRule(rule.id, { at: 1, why: 'slow', samples: [] })
    await undo(it, 2)
    assert.equal((await it.policy.rule(rule.id))?.name, 'one', 'a pause is no change of what the rule says')
  }))

test('a file of senders is one version; what cannot be taken is told, and trying changes nothing', () =>
  withSite(async (it) => {
    const entries = [
      { kind: 'allow' as const, text: 'partner.example' },
      { kind: 'allow' as const, text: 'gmail.com' },
      { kind: 'block' as const, text: 'partner.example' },
      { kind: 'block' as const, text: 'nonsense' },
    ]
    const tried = await addSenders(it, it.scope, entries, 'try')
    assert.equal(tried.version, null)
    assert.deepEqual(await it.policy.senders(null), [])
    const done = await addSenders(it, it.scope, entries)
    assert.deepEqual([done.version, done.added.length, done.refused.length], [1, 2, 2])
    assert.match(done.refused[0]?.text ?? '', /public mail service/)
    assert.equal((await addSenders(it, it.scope, entries)).already.length, 2)
    await removeSender(it, it.scope, 'block', 'partner.example')
    await undo(it, 2)
    await undo(it, 1)
    assert.deepEqual(await it.policy.senders(null), [])
  }))

test('who looks after some people brings back and switches on no rule that sends mail to others', () =>
  withSite(async (it) => {
    const user = (name: string) => ({
      ...{ address: `${name}@acme.test`, domain: 'acme.test', owner: `${name}@acme.test`, displayName: '' },
      ...{ settings: {}, kind: 'user' as const },
    })
    await it.directory.putUsers([user('anna'), user('ben')], 1)
    const scope = await readScope('user:anna@acme.test', it.directory)
    const copyTo = (name: string) => ({
      ...given(name),
      text: { ...text(name), actions: [{ do: 'copy', to: `${name}@acme.test` }] },
    })
    const limited = { ...it, reaches: async (level: string) => level === 'user:anna@acme.test' }
    const toBen = await addRule(it, scope, copyTo('ben'), readRuleText)
    const toAnna = await addRule(it, scope, copyTo('anna'), readRuleText)
    for (const { id } of [toBen, toAnna]) await switchRule(limited, id, false)
    await assert.rejects(switchRule(limited, toBen.id, true), /there is no user ben@acme\.test/)
    await assert.rejects(undo(limited, 3), /there is no user ben@acme\.test/)
    assert.equal((await it.policy.rule(toBen.id))?.enabled, false)
    await switchRule(limited, toAnna.id, true)
    await deleteRule(limited, toBen.id)
    await assert.rejects(undo(limited, 6), /there is no user ben@acme\.test/)
    assert.equal(await it.policy.rule(toBen.id), null)
    await undo(it, 6)
    assert.equal((await it.policy.rule(toBen.id))?.name, 'ben')
  }))

test('levels that somebody does not reach are not named to him, nor other domains of the site', () =>
  withSite(async (it) => {
    const at = { tenant: 'acme', nextHop: 'mx:x.test', settings: {} }
    await it.directory.putDomain({ name: 'other.test', ...at }, 1)
    await it.directory.putGroup(
      { id: 'acme.test/staff', domain: 'acme.test', name: 'staff', settings: {} },
      [],
    )
    const scope = await readScope('group:acme.test/staff', it.directory)
    await addSenders(it, it.scope, [
      { kind: 'allow', text: 'far.example' },
      { kind: 'block', text: 'loud.example' },
    ])
    await setLevelSetting(it, it.scope, { name: 'tolerance', value: '150', locked: true })
    const entries = [
      { kind: 'block' as const, text: 'eve@far.example' },
      { kind: 'allow' as const, text: 'eve@loud.example' },
      { kind: 'allow' as const, text: 'other.test' },
      { kind: 'allow' as const, text: 'ben@acme.test' },
    ]
    const limited = { ...it, reaches: async (level: string) => level === scope.name }
    for (const only of ['try', null] as const) {
      const { notices, refused } = await addSenders(limited, scope, entries, only)
      assert.deepEqual(
        [...notices, ...refused].map(({ text: words }) =>
          words.replace(/[;:,] (?:which|this|mail|whoever).*/, ''),
        ),
        [
          'it, or its domain, is on the allow list of a level above',
          'it, or its domain, is on the block list of a level above',
          'other.test cannot be allowed at this level',
          'acme.test is a domain of yours and cannot be allowed',
        ],
      )
    }
    const set = (order: PolicyOrder) => setLevelSetting(order, scope, { name: 'tolerance', value: '200' })
    await assert.rejects(set(limited), /^OrderError: tolerance is locked by a level above, so/)
    await assert.rejects(set(it), /locked by tenant:acme/)
    const own = [{ kind: 'allow' as const, text: 'eve@far.example' }]
    const { notices } = await addSenders(limited, scope, own)
    assert.match(notices[0]?.text ?? '', /eve@far\.example is on the block list of group:acme\.test\/staff/)
    const { refused } = await addSenders(it, scope, [{ kind: 'allow', text: 'other.test' }])
    assert.match(refused[0]?.text ?? '', /is a domain of yours/)
  }))

test('an import with its deletions is one version', () =>
  withSite(async (it) => {
    for (const word of ['one', 'two']) await addRule(it, it.scope, given(word), readRuleText)
    const file = await exportRules(it.policy, 'tenant:acme')
    await importRules(it, file, { level: null, replace: true, off: true }, readRuleText)
    const states = async () =>
      (await it.policy.rules('tenant:acme')).map((each) => `${each.name} ${each.enabled}`)
    assert.deepEqual(await states(), ['one false', 'two false'])
    await undo(it, 3)
    assert.deepEqual(await states(), ['one true', 'two true'])
  }))
