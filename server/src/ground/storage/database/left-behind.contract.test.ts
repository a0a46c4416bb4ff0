import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mostKeys, mostPasswords, mostRules } from '#ground/platform/most-kept.ts'
import type { PasswordRecord } from '#ground/platform/password-record.ts'
import type { Ended } from '#services/directory/directory-store.ts'
import type { DkimKey } from '#services/dkim/dkim-store.ts'
import type { KeptRule } from '#services/policy/policy-store.ts'
import { openTestSite } from '../../../test-site.ts'

const at = 1_800_000_000_000
const dayMs = 86_400_000
const shop = 'a_b.test'
/** Levels of the shop; an underscore is a wildcard where somebody compares carelessly. */
const theirs = [`domain:${shop}`, `group:${shop}/sales`, `user:p@${shop}`]
/** Levels that only look as if they were the shop's. */
const others = [
  ...['domain:axb.test', `domain:sub.${shop}`, 'tenant:one', `group:axb.test/x@${shop}`],
  ...['user:p@axb.test', `user:p@sub.${shop}`],
]
const domains = [shop, 'axb.test', `sub.${shop}`]
const record: PasswordRecord = {
  ...{ id: 'p1', hash: 'h', salt: 's', rounds: 8192, storedKey: 'k', serverKey: 'v' },
}
const none: Ended = { rules: 0, senders: 0, passwords: 0, keys: 0 }

/** Two tenants; the first has all domains, with one of everything at each level, person and domain. */
function house() {
  const it = openTestSite()
  const { directory, policy, relays, dkim } = it.stores
  const plain = { parent: null, level: 'customer', name: '', settings: {}, locked: [] } as const
  for (const id of ['one', 'two']) directory.putTenant({ ...plain, id })
  const give = (name: string, tenant: string) =>
    directory.putDomain({ name, tenant, nextHop: 'mx:x.test', settings: {} }, at)
  const bring = (address: string, settings: Record<string, string> = { tolerance: '150' }) => {
    const domain = address.slice(address.lastIndexOf('@') + 1)
    const more = { kind: 'user', owner: address, displayName: '', settings } as const
    directory.putUsers([{ address, domain, ...more }], at)
  }
  for (const name of domains) {
    give(name, 'one')
    bring(`p@${name}`)
    relays.addPassword({ id: name, login: `p@${name}`, name: 'phone', record, madeAt: at, madeBy: 'x' })
    dkim.putKey(keyOf(name))
  }
  for (const scope of [...theirs, ...others]) {
    const said = { what: 'test', scope, tenant: 'one', at, who: 'x', ip: '', undoes: null }
    policy.change({
      ...said,
      edits: [
        { what: 'rule', scope, id: `r ${scope}`, before: null, after: ruleAt(scope) },
        {
          what: 'sender',
          scope,
          kind: 'allow',
          entry: 'x.example',
          before: null,
          after: { addedAt: at, addedBy: 'x' },
        },
      ],
    })
    policy.noteSkips([{ ruleId: `r ${scope}`, messageId: 'm', at }])
  }
  /** All that stands anywhere, in the order of its names. */
  const standing = () => ({
    rules: policy
      .rules(null)
      .map(({ scope }) => scope)
      .toSorted(),
    senders: policy
      .senders(null)
      .map(({ scope }) => scope)
      .toSorted(),
    passwords: domains.filter((name) => relays.passwords(`p@${name}`).length > 0),
    keys: dkim.keys(null).map(({ domain }) => domain),
  })
  return { it, give, bring, standing, whole: standing(), directory, policy, dkim }
}

const keyOf = (domain: string): DkimKey => ({
  ...{ domain, selector: 's1', algorithm: 'ed25519', privateKey: `secret of ${domain}`, publicKey: 'p' },
  ...{ state: 'active', madeAt: at, madeBy: 'x', activeAt: at, retiredAt: null, checkedAt: null },
})

const ruleAt = (scope: string): KeptRule =>
  ({
    ...{
      id: `r ${scope}`,
      scope,
      position: 3,
      name: 'copies',
      direction: 'both',
      conditions: [],
      exceptions: [],
    },
    ...{ actions: [{ do: 'copy', to: 'boss@one.test' }], enabled: true, locked: true, owner: 'o@x.test' },
    ...{ changedAt: at, changedBy: 'x', paused: null },
  }) as KeptRule

const without = <Name extends string>(all: readonly Name[], gone: readonly string[]) =>
  all.filter((each) => !gone.includes(each))

describe('what stands at names that are removed', () => {
  test('whoever has the domain next begins with nothing of it, and nobody else loses anything', () => {
    const { it, give, bring, standing, whole, directory, policy } = house()
    using _site = it
    const ended = directory.removeDomain(shop, at)
    assert.deepEqual(ended, { rules: 3, senders: 3, passwords: 1, keys: 1 })
    const left = {
      rules: without(whole.rules, theirs),
      senders: without(whole.senders, theirs),
      passwords: without(whole.passwords, [shop]),
      keys: without(whole.keys, [shop]),
    }
    assert.deepEqual(standing(), left)
    assert.deepEqual(policy.skips(`r domain:${shop}`, 9), [])
    give(shop, 'two')
    bring(`p@${shop}`)
    assert.deepEqual(standing(), left)
    assert.equal(directory.takeBack([shop, `p@${shop}`]).rows, 0, 'it is of another tenant')
    assert.deepEqual(standing(), left)
    assert.equal(directory.user(`p@${shop}`)?.settings.tolerance, '150', 'as whoever brought him said')
  })

  test('what comes back to its tenant has all again, once', () => {
    const { it, give, bring, standing, whole, directory, policy, dkim } = house()
    using _site = it
    const rules = policy.rules(null)
    directory.removeDomain(shop, at)
    give(shop, 'one')
    bring(`p@${shop}`, {})
    const version = directory.version()
    assert.equal(directory.takeBack([shop, `p@${shop}`]).rows, 9)
    assert.ok(directory.version() > version, 'the flow hears of it')
    assert.deepEqual(standing(), whole)
    assert.deepEqual(policy.rules(null), rules)
    assert.equal(dkim.keys(shop)[0]?.privateKey, `secret of ${shop}`)
    assert.equal(directory.user(`p@${shop}`)?.settings.tolerance, '150')
    assert.equal(directory.takeBack([shop, `p@${shop}`]).rows, 0)
  })

  test('what has come meanwhile stays as it is, and what gave way to it stays aside', () => {
    const { it, give, bring, directory, dkim } = house()
    using _site = it
    directory.removeDomain(shop, at)
    give(shop, 'one')
    bring(`p@${shop}`, { tolerance: '80' })
    dkim.putKey({ ...keyOf(shop), selector: 's2' })
    assert.equal(directory.takeBack([shop, `p@${shop}`]).rows, 8)
    assert.equal(directory.user(`p@${shop}`)?.settings.tolerance, '80')
    assert.deepEqual(
      dkim.keys(shop).map(({ selector, state }) => [selector, state]),
      [
        ['s1', 'waiting'],
        ['s2', 'active'],
      ],
    )
    assert.equal(directory.forgetLeft(at + dayMs, []), 1, 'his settings of then')
  })

  test('nothing comes back beyond what there may be: rules are off, passwords and keys wait for room', () => {
    const { it, give, bring, directory, policy, dkim } = house()
    using _site = it
    const { relays } = it.stores
    const [login, scope] = [`p@${shop}`, `domain:${shop}`]
    const passwordOf = (id: string) => ({ id, login, name: id, record, madeAt: at, madeBy: 'x' })
    directory.removeDomain(shop, at)
    give(shop, 'one')
    bring(login, {})
    const edits = Array.from({ length: mostRules }, (_, n) => {
      const id = `new ${n}`
      return { what: 'rule', scope, id, before: null, after: { ...ruleAt(scope), id } } as const
    })
    policy.change({ what: 'test', scope, tenant: 'one', at, who: 'x', ip: '', undoes: null, edits })
    for (let n = 0; n < mostPasswords; n++) relays.addPassword(passwordOf(`new ${n}`))
    for (let n = 0; n < mostKeys; n++) dkim.putKey({ ...keyOf(shop), selector: `new${n}`, state: 'retired' })
    const { rows, over } = directory.takeBack([shop, login])
    const key = { what: 'key', at: shop, name: 's1', became: 'aside' }
    const password = { what: 'password', at: login, name: 'phone', became: 'aside' }
    assert.deepEqual(over, [{ what: 'rule', at: scope, name: 'copies', became: 'off' }, key, password])
    assert.equal(rows, 7)
    const rule = policy.rules(scope).find(({ id }) => id === `r ${scope}`)
    assert.equal(rule?.enabled, false)
    assert.deepEqual([relays.passwords(login).length, dkim.keys(shop).length], [mostPasswords, mostKeys])
    relays.removePassword(login, 'new 3')
    assert.deepEqual(directory.takeBack([shop, login]), { rows: 1, over: [key] })
    assert.ok(relays.passwords(login).some(({ name }) => name === 'phone'))
  })

  test('what has something newer in its place is not told of as one too many: it would not come back with room either', () => {
    const { it, give, directory, dkim } = house()
    using _site = it
    directory.removeDomain(shop, at)
    give(shop, 'one')
    dkim.putKey({ ...keyOf(shop), privateKey: 'newer' })
    for (let n = 1; n < mostKeys; n++) dkim.putKey({ ...keyOf(shop), selector: `new${n}`, state: 'retired' })
    const { over } = directory.takeBack([shop])
    assert.deepEqual(
      over.filter(({ what }) => what === 'key'),
      [],
    )
    assert.equal(dkim.keys(shop).find(({ selector }) => selector === 's1')?.privateKey, 'newer')
  })

  test('another removal that takes nothing away leaves what was aside', () => {
    const { it, give, bring, standing, whole, directory } = house()
    using _site = it
    const address = `p@${shop}`
    directory.removeUsers([address], at)
    bring(address, {})
    directory.removeUsers([address], at)
    directory.removeDomain(shop, at)
    give(shop, 'one')
    bring(address, {})
    assert.equal(directory.takeBack([shop, address]).rows, 9)
    assert.deepEqual(standing(), whole)
  })

  test('a domain that moves to another tenant takes along what is aside', () => {
    const { it, give, bring, standing, whole, directory } = house()
    using _site = it
    directory.removeUsers([`p@${shop}`], at)
    give(shop, 'two')
    bring(`p@${shop}`, {})
    assert.equal(directory.takeBack([`p@${shop}`]).rows, 4)
    assert.deepEqual(standing(), whole)
  })

  test('a group that is removed leaves nothing to the next of its name', () => {
    const { it, standing, whole, directory } = house()
    using _site = it
    const id = `${shop}/sales`
    directory.putGroup({ id, domain: shop, name: 'sales', settings: {} }, [])
    assert.equal(directory.removeGroup(id), true)
    assert.deepEqual(standing().rules, without(whole.rules, [`group:${id}`]))
    assert.deepEqual(standing().senders, without(whole.senders, [`group:${id}`]))
  })

  test('people lose theirs alone; whoever is brought by their name begins with none of it', () => {
    const { it, bring, standing, whole, directory } = house()
    using _site = it
    const address = `p@${shop}`
    const gone = directory.removeUsers([address, 'nobody@axb.test'], at)
    assert.deepEqual(gone, { ...none, rules: 1, senders: 1, passwords: 1 })
    const left = standing()
    assert.deepEqual(left.rules, without(whole.rules, [`user:${address}`]))
    assert.deepEqual([left.passwords, left.keys], [without(whole.passwords, [shop]), whole.keys])
    bring(address)
    assert.deepEqual(standing(), left)
  })

  test('it is kept for as long as the loss may be taken back, and of the last removal only', () => {
    const { it, give, bring, standing, directory } = house()
    using _site = it
    directory.removeDomain(shop, at)
    directory.removeUsers(['p@axb.test'], at)
    assert.equal(directory.mayForgetLeft(at, []), false)
    assert.equal(directory.forgetLeft(at, []), 0)
    assert.equal(directory.mayForgetLeft(at + 1, [shop]), true)
    assert.equal(
      directory.forgetLeft(at + dayMs, [shop]),
      4,
      'a loss that waits to be confirmed is no loss yet',
    )
    give(shop, 'one')
    assert.equal(directory.forgetLeft(at + dayMs, []), 9)
    assert.equal(directory.mayForgetLeft(at + dayMs, []), false)
    assert.equal(directory.takeBack([shop, 'p@axb.test']).rows, 0)
    bring(`p@${shop}`)
    directory.removeUsers([`p@${shop}`], at)
    directory.removeDomain(shop, at)
    give(shop, 'one')
    bring(`p@${shop}`)
    const before = standing()
    assert.equal(directory.takeBack([shop]).rows, 0)
    assert.deepEqual(standing(), before)
  })

  test('what an older version has left at a name does not come to whoever has it next', () => {
    const { it, give, bring, standing, whole, directory } = house()
    using _site = it
    const database = it.stores.database
    for (const table of ['users', 'domains']) {
      const column = table === 'users' ? 'domain' : 'name'
      database.prepare(`DELETE FROM ${table} WHERE ${column} = ?`).run(shop)
    }
    database.prepare("DELETE FROM users WHERE address = 'p@axb.test'").run()
    assert.deepEqual(standing(), whole)
    give(shop, 'two')
    for (const name of [shop, 'axb.test']) bring(`p@${name}`)
    assert.deepEqual(standing().rules, without(whole.rules, [...theirs, 'user:p@axb.test']))
    assert.deepEqual(standing().passwords, [`sub.${shop}`])
    assert.deepEqual(standing().keys, without(whole.keys, [shop]))
    assert.equal(directory.takeBack([shop, 'p@axb.test']).rows, 0)
  })
})
