import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { defaultOutbound } from '#flow/gateway/outbound-policy.ts'
import { readVerdictPolicy } from '#flow/inspection/verdict-policy.ts'
import { SnapshotBook } from '#ground/storage/snapshot/snapshot-book.ts'
import { SnapshotReader } from '#ground/storage/snapshot/snapshot-reader.ts'
import { addTenant } from '#services/directory/add-tenant.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { exportRules, importRules } from './copy-rules.ts'
import { addSender, removeSender } from './list-senders.ts'
import type { PolicyOrder } from './policy-order.ts'
import { ruleOfTemplate, ruleTemplates } from './rule-templates.ts'
import { domainsOf, readScope } from './scope.ts'
import { setLevelSetting } from './set-level-setting.ts'
import { addRule, changeRule, deleteRule, moveRule, switchRule } from './write-rule.ts'

interface Place {
  readonly order: PolicyOrder
  readonly site: TestSite['site']
  readonly scope: (text: string) => ReturnType<typeof readScope>
  /** The policy of an address and the levels that rules are looked up at, from a newly published snapshot. */
  readonly inForce: (
    address: string,
  ) => Promise<{ tolerance: number; weights: object; scopes: readonly string[] }>
  readonly book: () => Promise<SnapshotBook>
}

async function withPeople(run: (place: Place) => Promise<void>): Promise<void> {
  using test = openTestSite()
  const { site } = test
  const order = { ...test.order, policy: site.policy }
  await addTenant(order, { id: 'house', level: 'operator', name: 'House' })
  await addTenant(order, { id: 'shop', level: 'reseller', name: 'Shop' })
  await addTenant(order, { id: 'acme', level: 'customer', parent: 'shop', name: 'Acme' })
  await site.directory.putDomain({ name: 'acme.test', tenant: 'acme', nextHop: 'mx:x.test', settings: {} }, 1)
  const user = (address: string, owner = address) => ({
    address,
    domain: 'acme.test',
    kind: owner === address ? ('user' as const) : ('alias' as const),
    owner,
    displayName: '',
    settings: {},
  })
  const people = ['anna@acme.test', 'ben@acme.test'].map((each) => user(each))
  await site.directory.putUsers([...people, user('a@acme.test', 'anna@acme.test')], 1)
  const group = { id: 'acme.test/sales', domain: 'acme.test', name: 'Sales', settings: {} }
  await site.directory.putGroup(group, ['anna@acme.test'])
  const folder = join(site.folder, 'directory')
  const opened: { close(): void }[] = []
  const book = async () => {
    await site.publish()
    const made = new SnapshotBook(folder)
    opened.push(made)
    return made
  }
  const inForce: Place['inForce'] = async (address) => {
    const scopes = (await book()).scopesOf(address)
    const reader = new SnapshotReader(
      folder,
      () => 1e9,
      Date.now,
      readVerdictPolicy,
      () => defaultOutbound,
    )
    opened.push(reader)
    const [local = '', domain = ''] = address.split('@')
    const found = reader.lookup(local, domain)
    assert(found.kind === 'known')
    return { tolerance: found.policy.tolerance, weights: found.policy.weights, scopes }
  }
  try {
    await run({ order, site, scope: (text) => readScope(text, site.directory), inForce, book })
  } finally {
    for (const each of opened) each.close()
  }
}

const refused = (reason: RegExp) => (cause: unknown) =>
  cause instanceof OrderError && reason.test(cause.message)

test('settings are inherited over all five levels; each narrower one overrides, and can be given back', () =>
  withPeople(async ({ order, scope, inForce }) => {
    const set = async (level: string, value: string | null) =>
      setLevelSetting(order, await scope(level), { name: 'tolerance', value })
    const seen: number[] = []
    const levels = ['shop', 'acme', 'acme.test', 'acme.test/sales', 'anna@acme.test']
    for (const [index, level] of levels.entries()) {
      await set(level, String(300 + index))
      seen.push((await inForce('anna@acme.test')).tolerance)
    }
    assert.deepEqual(seen, [300, 301, 302, 303, 304])
    assert.equal((await inForce('a@acme.test')).tolerance, 304, 'an alias has what its user has')
    assert.equal((await inForce('anna+tag@acme.test')).tolerance, 304)
    assert.equal((await inForce('ben@acme.test')).tolerance, 302)
    for (const level of levels.toReversed()) await set(level, null)
    assert.equal((await inForce('anna@acme.test')).tolerance, 200)
  }))

test('what a level has locked nobody below can change, whenever it was set', () =>
  withPeople(async ({ order, scope, inForce }) => {
    const weight = 'weight.spf-fail'
    await setLevelSetting(order, await scope('anna@acme.test'), { name: weight, value: '5' })
    await setLevelSetting(order, await scope('acme.test'), { name: weight, value: '7', locked: true })
    assert.deepEqual((await inForce('anna@acme.test')).weights, { 'spf-fail': 7 })
    await assert.rejects(
      setLevelSetting(order, await scope('acme.test/sales'), { name: weight, value: '9' }),
      refused(/locked by domain:acme\.test/),
    )
    await setLevelSetting(order, await scope('acme.test'), { name: weight, value: null, locked: false })
    assert.deepEqual((await inForce('anna@acme.test')).weights, { 'spf-fail': 5 })
  }))

test('a wrong setting is refused with what would be right', () =>
  withPeople(async ({ order, scope }) => {
    const level = await scope('acme')
    for (const [name, value, reason] of [
      ['tolerance', '0', /from 1 to/],
      ['tolerance', 'much', /whole number/],
      ['weight.spf-fail', '1.5', /whole number/],
      ['colour', 'red', /no setting colour/],
    ] as const)
      await assert.rejects(setLevelSetting(order, level, { name, value }), refused(reason))
    await assert.rejects(scope('nobody@acme.test'), refused(/no user/))
    await assert.rejects(scope('nowhere.test'), refused(/no tenant, domain/))
  }))

test('importing a person again leaves what was set for him', () =>
  withPeople(async ({ order, site, scope, inForce }) => {
    await setLevelSetting(order, await scope('ben@acme.test'), { name: 'tolerance', value: '50' })
    const [ben] = (await site.directory.users('acme.test', 'b', 1)).map((each) => ({ ...each, settings: {} }))
    assert(ben)
    await site.directory.putUsers([ben], 2)
    assert.equal((await inForce('ben@acme.test')).tolerance, 50)
  }))

test('lists take exact addresses and domains; own and public domains cannot be allowed, with the reason', () =>
  withPeople(async ({ order, scope, book }) => {
    const level = await scope('acme.test')
    for (const [entry, reason] of [
      ['gmail.com', /public mail service/],
      ['acme.test', /domain of yours/],
      ['boss@acme.test', /domain of yours/],
      ['*.partner.test', /no wildcards/],
      ['nonsense', /no mail address and no domain/],
    ] as const)
      await assert.rejects(addSender(order, level, 'allow', entry), refused(reason))
    await addSender(order, level, 'allow', 'somebody@gmail.com')
    await addSender(order, level, 'block', 'gmail.com')
    const { notice } = await addSender(order, level, 'block', '<Anna@Partner.Test>')
    assert.equal(notice, null)
    assert.match((await addSender(order, level, 'allow', 'anna@partner.test')).notice ?? '', /block list/)
    const { scopes } = { scopes: (await book()).scopesOf('anna@acme.test') }
    const found = (await book()).listed(scopes, ['anna@partner.test', 'partner.test', 'gmail.com'])
    assert.deepEqual(found.map((each) => `${each.kind} ${each.entry}`).sort(), [
      'allow anna@partner.test',
      'block anna@partner.test',
      'block gmail.com',
    ])
    await removeSender(order, level, 'block', 'gmail.com')
    await assert.rejects(removeSender(order, level, 'block', 'gmail.com'), refused(/not on the block list/))
  }))

test('rules are kept in order, switched, moved, paused, and reach the snapshot only while they run', () =>
  withPeople(async ({ order, site, scope, book }) => {
    const level = await scope('anna@acme.test')
    const text = (word: string) => ({
      name: word,
      conditions: [{ field: 'subject', test: 'contains', values: [word] }],
      actions: [{ do: 'hold' }],
    })
    const add = (word: string, enabled = true) =>
      addRule(order, level, { text: text(word), enabled, locked: false, owner: '' }, site.checkRule)
    const [one, two] = [await add('one'), await add('two'), await add('off', false)]
    const names = async () => (await book()).rulesOf(level.name).map((each) => each.name)
    assert.deepEqual(await names(), ['one', 'two'])
    await moveRule(order, two.id, 1)
    assert.deepEqual(await names(), ['two', 'one'])
    assert.equal(await site.policy.pauseRule(one.id, { at: 1, why: 'slow', samples: ['m'] }), true)
    assert.equal(await site.policy.pauseRule(one.id, { at: 2, why: 'slow', samples: [] }), false)
    assert.deepEqual(await names(), ['two'])
    await switchRule(order, one.id, true)
    await switchRule(order, two.id, false)
    assert.deepEqual(await names(), ['one'])
    await changeRule(order, one.id, text('uno'), site.checkRule)
    assert.deepEqual(await names(), ['uno'])
    await deleteRule(order, one.id)
    assert.deepEqual(await names(), [])
    await assert.rejects(
      addRule(
        order,
        level,
        { text: { ...text('x'), actions: [{ do: 'seal' }] }, enabled: true, locked: false, owner: '' },
        site.checkRule,
      ),
      refused(/cannot be done yet/),
    )
  }))

test('a rule that did not change stays the same object in a newer snapshot; one that was away is a new one', () =>
  withPeople(async ({ order, site, scope }) => {
    const level = await scope('acme')
    const conditions = [{ field: 'subject', test: 'contains', values: ['x'] }]
    const text = { conditions, actions: [{ do: 'hold' }] }
    const rule = await addRule(
      order,
      level,
      { text, enabled: true, locked: false, owner: '' },
      site.checkRule,
    )
    await site.publish()
    const book = new SnapshotBook(join(site.folder, 'directory'))
    const look = async () => {
      await site.publish()
      book.refresh()
      return book.rulesOf('tenant:acme')[0]
    }
    const first = await look()
    await addSender(order, level, 'block', 'a.test')
    assert.equal(await look(), first)
    await switchRule(order, rule.id, false)
    assert.equal(await look(), undefined)
    await switchRule(order, rule.id, true)
    const again = await look()
    assert.deepEqual(again, first)
    assert.notEqual(again, first)
    book.close()
  }))

test('every template makes a rule that can be saved; what it needs and has not got is said', () =>
  withPeople(async ({ order, site, scope }) => {
    const level = await scope('acme.test')
    assert.deepEqual(await domainsOf(level, site.directory), ['acme.test'])
    const terms = { enabled: false, locked: false, owner: '' }
    for (const { name, needs } of ruleTemplates) {
      if (needs !== null)
        assert.throws(
          () => ruleOfTemplate(name, { domains: [], given: [] }),
          refused(/needs .*; give it by --with/),
        )
      const text = ruleOfTemplate(name, { domains: ['acme.test'], given: ['Jane Doe'] })
      assert.equal((await addRule(order, level, { ...terms, text }, site.checkRule)).name, name)
    }
    assert.throws(() => ruleOfTemplate('none', { domains: [], given: [] }), refused(/no template none/))
    assert.throws(
      () => ruleOfTemplate('external-subject', { domains: [], given: [] }),
      refused(/needs a domain/),
    )
  }))

test('rules go into a file and come back the same; one that cannot be taken keeps all out', () =>
  withPeople(async ({ order, site, scope }) => {
    const level = await scope('acme')
    const conditions = [{ field: 'subject', test: 'contains', values: ['x'] }]
    const text = (name: string) => ({ name, conditions, actions: [{ do: 'hold' }] })
    const terms = { enabled: true, locked: true, owner: 'anna@acme.test' }
    for (const name of ['one', 'two'])
      await addRule(order, level, { text: text(name), ...terms }, site.checkRule)
    const file = JSON.parse(JSON.stringify(await exportRules(site.policy, level.name)))
    const all = { level: null, replace: true, off: false }
    await importRules(order, file, all, site.checkRule)
    assert.deepEqual(await exportRules(site.policy, level.name), file)
    const moved = await importRules(
      order,
      file,
      { level: 'anna@acme.test', replace: false, off: true },
      site.checkRule,
    )
    assert.deepEqual(
      moved.map((each) => [each.name, each.scope, each.enabled]),
      [
        ['one', 'user:anna@acme.test', false],
        ['two', 'user:anna@acme.test', false],
      ],
    )
    const broken = { ...file, rules: [...file.rules, { ...file.rules[0], actions: [{ do: 'explode' }] }] }
    await assert.rejects(
      importRules(order, broken, all, site.checkRule),
      refused(/rule 3 of the file: .*explode/),
    )
    for (const wrong of [null, [], {}, { format: 'mailkeep-rules', version: 2, rules: [] }])
      await assert.rejects(importRules(order, wrong, all, site.checkRule), refused(/the file is/))
    assert.equal((await site.policy.rules(level.name)).length, 2)
  }))

test('rules name groups and addresses of their own tenant alone', () =>
  withPeople(async ({ order, site, scope }) => {
    await addTenant(order, { id: 'other', level: 'customer', parent: 'shop', name: 'Other' })
    await site.directory.putDomain(
      { name: 'other.test', tenant: 'other', nextHop: 'mx:x.test', settings: {} },
      1,
    )
    await site.directory.putUsers(
      [
        {
          address: 'zoe@other.test',
          domain: 'other.test',
          kind: 'user',
          owner: 'zoe@other.test',
          displayName: '',
          settings: {},
        },
      ],
      1,
    )
    await site.directory.putGroup({ id: 'other.test/all', domain: 'other.test', name: 'All', settings: {} }, [
      'zoe@other.test',
    ])
    const add = async (level: string, action: object, group?: string) =>
      addRule(
        order,
        await scope(level),
        {
          text: {
            conditions: [{ field: 'recipient', test: 'member-of', values: [group ?? 'acme.test/sales'] }],
            actions: [action],
          },
          enabled: true,
          locked: false,
          owner: '',
        },
        site.checkRule,
      )
    const copy = (to: string) => ({ do: 'copy', to })
    await add('acme.test', copy('Ben@acme.test'))
    await add('anna@acme.test', copy('a+tag@acme.test'))
    await assert.rejects(add('acme', copy('zoe@other.test')), refused(/no address of tenant:acme/))
    await assert.rejects(add('acme.test', copy('x@world.test')), refused(/no address of tenant:acme/))
    await assert.rejects(add('acme.test', copy('nobody@acme.test')), refused(/there is no user/))
    await assert.rejects(add('acme', { do: 'hold' }, 'other.test/all'), refused(/no group other.test\/all/))
    await add('shop', copy('zoe@other.test'), 'other.test/all')
  }))
