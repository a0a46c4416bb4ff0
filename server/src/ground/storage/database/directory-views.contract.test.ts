import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Reach } from '#services/ledger/ledger-store.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import type { ThreadedStores } from './threaded-stores.ts'

const at = 1_800_000_000_000

for (const engine of engines) {
  describe(`leafing through the directory, on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let stores: ThreadedStores
    const all = { within: null, after: '', limit: 50 }
    const one: Reach = { tenants: ['one'], domains: null }
    const half: Reach = { tenants: ['one'], domains: ['b.one.test'] }

    before(async () => {
      open = await engine.open()
      stores = open.stores
      const { directory } = stores
      const tenant = (id: string, level: 'operator' | 'reseller' | 'customer', parent: string | null) =>
        directory.putTenant({ id, parent, level, name: `The ${id} Ltd`, settings: {}, locked: [] })
      await tenant('house', 'operator', null)
      await tenant('shop', 'reseller', 'house')
      await tenant('one', 'customer', 'shop')
      await tenant('two', 'customer', 'house')
      for (const [name, owner] of [
        ['a.one.test', 'one'],
        ['b.one.test', 'one'],
        ['two.test', 'two'],
      ] as const) {
        await directory.putDomain({ name, tenant: owner, nextHop: 'smtp://192.0.2.1', settings: {} }, at)
        const user = (local: string, kind: 'user' | 'alias', of: string) => ({
          address: `${local}@${name}`,
          domain: name,
          kind,
          owner: `${of}@${name}`,
          displayName: `${local.toUpperCase()} of ${owner}`,
          settings: {},
        })
        await directory.putUsers([user('anna', 'user', 'anna'), user('info', 'alias', 'anna')], at)
        await directory.putGroup({ id: `${name}/staff`, domain: name, name: 'Staff', settings: {} }, [
          `anna@${name}`,
        ])
      }
    })
    after(() => open.close())
    const ids = async (
      lines: Promise<{ readonly id?: string; readonly name?: string; readonly address?: string }[]>,
    ) => (await lines).map((each) => each.address ?? each.id ?? each.name)

    test('the tree with how much hangs on each tenant, page by page', async () => {
      const views = stores.directoryViews
      const first = await views.tenantLines({ ...all, limit: 2 })
      assert.deepEqual(await ids(Promise.resolve(first)), ['house', 'one'])
      assert.deepEqual(await ids(views.tenantLines({ ...all, after: 'one' })), ['shop', 'two'])
      assert.deepEqual([first[1]?.domains, first[1]?.people, first[0]?.children], [2, 2, 2])
      assert.deepEqual(await ids(views.tenantLines(all, 'shop')), ['one'])
      assert.deepEqual(await ids(views.tenantLines({ ...all, text: 'shop ltd' })), ['shop'])
      assert.deepEqual(await ids(views.tenantLines({ ...all, text: '%' })), [])
      assert.deepEqual(await ids(views.tenantPath('one', null)), ['house', 'shop', 'one'])
      assert.deepEqual((await views.tenantsBelow('shop', null)).sort(), ['one', 'shop'])
      assert.deepEqual(await views.totals(null), { tenants: 4, domains: 3, people: 3, aliases: 3 })
    })

    test('domains are found by what was wrong in DNS; what was seen of one who had the name before counts not', async () => {
      const { directoryViews: views, lights } = stores
      const due = async (since: number) => (await lights.dueLights(since, 10)).map(({ name }) => name)
      assert.deepEqual(await due(at), ['a.one.test', 'b.one.test', 'two.test'])
      await lights.putLights({ domain: 'a.one.test', checkedAt: at, states: { mx: 'green', spf: 'red' } })
      await lights.putLights({
        domain: 'two.test',
        checkedAt: at + 1,
        states: { mx: 'green', dkim: 'unknown' },
      })
      await lights.putLights({ domain: 'b.one.test', checkedAt: at - 1, states: { spf: 'red' } })
      assert.deepEqual(await due(at), ['b.one.test', 'a.one.test'])
      assert.deepEqual(await ids(views.domainLines(all, undefined, 'spf')), ['a.one.test'])
      assert.deepEqual(await ids(views.domainLines(all, undefined, 'any')), ['a.one.test'])
      assert.deepEqual(await ids(views.domainLines(all, 'two', 'any')), [])
      assert.deepEqual(await ids(views.domainLines(all, undefined, 'mx')), [])
      assert.equal((await views.domainLine('b.one.test', null))?.lights, null)
      await lights.putLights({
        domain: 'a.one.test',
        checkedAt: at + 2,
        states: { mx: 'green', spf: 'amber' },
      })
      assert.deepEqual((await views.domainLine('a.one.test', one))?.lights, {
        ...{ checkedAt: at + 2, states: { mx: 'green', spf: 'amber' } },
      })
    })

    test('what is out of reach is not there, whatever is asked', async () => {
      const views = stores.directoryViews
      const page = { ...all, within: one }
      assert.deepEqual(await ids(views.tenantLines(page)), ['one'])
      assert.deepEqual(await ids(views.tenantLines(page, 'house')), [])
      assert.deepEqual(await ids(views.tenantPath('one', one)), ['one'])
      assert.deepEqual(await ids(views.tenantPath('two', one)), [])
      assert.deepEqual(await ids(views.tenantPath('house', one)), [])
      assert.deepEqual(await views.tenantsBelow('house', one), ['one'])
      assert.deepEqual(await ids(views.domainLines(page)), ['a.one.test', 'b.one.test'])
      assert.deepEqual(await ids(views.domainLines(page, 'two')), [])
      assert.equal(await views.domainLine('two.test', one), null)
      assert.equal(await views.person('anna@two.test', one), null)
      assert.deepEqual(await ids(views.personLines(page, { domain: 'two.test' })), [])
      assert.deepEqual(await ids(views.personLines(page, { group: 'two.test/staff' })), [])
      assert.equal(await views.groupLine('two.test/staff', one), null)
      assert.deepEqual(await ids(views.groupLines(page, 'two.test')), [])
      assert.deepEqual(await views.totals(one), { tenants: 1, domains: 2, people: 2, aliases: 2 })
      assert.deepEqual(await ids(views.personLines({ ...all, within: { tenants: [], domains: null } })), [])
    })

    test('whoever has some domains of a tenant sees and counts these alone', async () => {
      const views = stores.directoryViews
      const page = { ...all, within: half }
      assert.deepEqual(await ids(views.domainLines(page)), ['b.one.test'])
      assert.deepEqual(await ids(views.personLines(page)), ['anna@b.one.test', 'info@b.one.test'])
      const [own] = await views.tenantLines(page)
      assert.deepEqual([own?.domains, own?.people], [1, 1])
      assert.equal((await views.totals(half)).people, 1)
      assert.equal(await views.person('anna@a.one.test', half), null)
    })

    test('a person with aliases and groups; members of a group; a text in names and addresses', async () => {
      const views = stores.directoryViews
      const anna = await views.person('anna@two.test', null)
      assert.deepEqual(anna?.aliases, ['info@two.test'])
      assert.deepEqual(anna?.groups, [{ id: 'two.test/staff', name: 'Staff' }])
      assert.deepEqual(await ids(views.personLines(all, { group: 'two.test/staff' })), ['anna@two.test'])
      assert.deepEqual(await ids(views.personLines({ ...all, text: 'info of two' })), ['info@two.test'])
      assert.equal((await views.groupLine('two.test/staff', null))?.members, 1)
    })

    test('what is removed takes nothing else with it', async () => {
      const { directory, directoryViews: views } = stores
      assert.equal(await directory.removeTenant('shop'), false)
      assert.equal(await directory.removeTenant('two'), false)
      await directory.changeMembers('two.test/staff', ['info@two.test'], ['anna@two.test'])
      assert.deepEqual(await ids(views.personLines(all, { group: 'two.test/staff' })), ['info@two.test'])
      await directory.changeMembers('no.test/group', ['info@two.test'], [])
      assert.equal(await directory.removeGroup('two.test/staff'), true)
      assert.equal(await directory.removeGroup('two.test/staff'), false)
      assert.equal((await views.personLines(all, { domain: 'two.test' })).length, 2)
      await directory.removeDomain('two.test', 1)
      assert.equal(await directory.removeTenant('two'), true)
    })
  })
}
