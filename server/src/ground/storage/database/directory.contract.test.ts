import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Domain, Group, Tenant, User } from '#services/directory/directory-store.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import type { ThreadedStores } from './threaded-stores.ts'

const start = 1_800_000_000_000

const tenant: Tenant = {
  id: 'acme',
  parent: null,
  level: 'operator',
  name: 'Acme',
  settings: { 'dmarc.mode': 'enforce' },
  locked: [],
}
const domain: Domain = { name: 'acme.example', tenant: 'acme', nextHop: 'smtp://127.0.0.1:25', settings: {} }
const group: Group = { id: 'g1', domain: 'acme.example', name: 'All', settings: {} }

function user(name: string, more: Partial<User> = {}): User {
  const address = `${name}@acme.example`
  const defaults = { kind: 'user', owner: address, displayName: name, settings: {} } as const
  return { address, domain: 'acme.example', ...defaults, ...more }
}

for (const engine of engines) {
  describe(`directory on ${engine.name}: its version`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let directory: ThreadedStores['directory']

    before(async () => {
      open = await engine.open()
      directory = open.stores.directory
    })
    after(() => open.close())

    /** Does the same twice: once it is a change, then there is nothing left to change. */
    async function changesOnce(what: string, act: () => Promise<unknown>): Promise<void> {
      const before = await directory.version()
      await act()
      const changed = await directory.version()
      assert.ok(changed > before, `${what} is a change`)
      await act()
      assert.equal(await directory.version(), changed, `${what} again is none`)
    }

    async function changesNothing(what: string, act: () => Promise<unknown>): Promise<void> {
      const before = await directory.version()
      await act()
      assert.equal(await directory.version(), before, what)
    }

    const putUsers = (...users: User[]) => directory.putUsers(users, start)

    test('what is changed is still as it was seen, or stays as it is', async () => {
      const [old, shop] = [user('seen'), { ...domain, name: 'seen.example' }]
      await directory.putTenant(tenant)
      await directory.putDomain(domain, start)
      await directory.putDomain(shop, start)
      await putUsers(old)
      const [seenTenant] = await directory.tenants()
      const seenDomain = (await directory.domains()).find((each) => each.name === shop.name)
      const seenUser = await directory.user(old.address)
      assert.ok(seenTenant && seenDomain && seenUser)
      for (const [what, change] of [
        ['tenant', (name: string) => directory.putTenant({ ...tenant, name }, seenTenant)],
        ['domain', (hop: string) => directory.putDomain({ ...shop, nextHop: hop }, start, seenDomain)],
        ['user', (displayName: string) => directory.changeUser({ ...old, displayName }, start, seenUser)],
      ] as const)
        assert.deepEqual(await Promise.all([change('first'), change('second')]), [true, false], what)
      assert.deepEqual(
        [(await directory.tenants())[0]?.name, (await directory.user(old.address))?.displayName],
        ['first', 'first'],
      )
      assert.equal(await directory.removeDomain(shop.name, start, seenDomain), null)
      assert.equal(await directory.removeUsers([old.address], start, seenUser), null)
      assert.equal(await directory.removeTenant('acme', seenTenant), false)
      await directory.removeUsers([old.address], start)
      for (const name of [shop.name, domain.name]) assert.ok(await directory.removeDomain(name, start))
      assert.equal(await directory.removeTenant('acme'), true)
      assert.equal(await directory.isFreeId('acme', 'msp'), true, 'nothing is kept of it')
      await directory.recordChange(1, 'domain-added', 'test', {}, { tenant: 'acme', ip: '' })
      assert.equal(await directory.isFreeId('acme', 'msp'), false, 'it would come to somebody else')
      await directory.recordChange(2, 'tenant-removed', 'test', { id: 'acme' }, { tenant: 'msp', ip: '' })
      assert.equal(await directory.isFreeId('acme', 'msp'), true, 'it comes back where it was')
      assert.equal(await directory.isFreeId('acme', 'other'), false)
    })

    test('grows with each change of a tenant, and stays where it is put again', async () => {
      await changesOnce('a new tenant', () => directory.putTenant(tenant))
      for (const change of [
        { name: 'Acme Ltd' },
        { settings: { 'dmarc.mode': 'monitor' } },
        { locked: ['dmarc.mode'] },
      ])
        await changesOnce(JSON.stringify(change), () => directory.putTenant({ ...tenant, ...change }))
      const below: Tenant = { ...tenant, id: 'shop', level: 'customer', parent: 'acme' }
      await changesOnce('one below', () => directory.putTenant(below))
      await changesOnce('a level', () => directory.putTenant({ ...below, level: 'reseller' }))
    })

    test('grows with each change of a domain, not with the time at which it is put', async () => {
      await changesOnce('a new domain', () => directory.putDomain(domain, start))
      await changesNothing('a later time', () => directory.putDomain(domain, start + 1))
      for (const change of [
        { nextHop: 'smtp://127.0.0.1:26' },
        { tenant: 'shop' },
        { settings: { any: 'yes' } },
      ])
        await changesOnce(JSON.stringify(change), () => directory.putDomain({ ...domain, ...change }, start))
    })

    test('grows with each change of people, and one in many is enough', async () => {
      await changesOnce('new people', () => putUsers(user('a'), user('b'), user('c')))
      await changesNothing('nobody', () => putUsers())
      const change = { kind: 'alias', owner: 'a@acme.example' } as const
      await changesOnce('an alias', () => putUsers(user('a'), user('b', change)))
      await changesOnce('a name', () => putUsers(user('c', { displayName: 'C' })))
      await changesOnce('a setting', () => putUsers(user('c', { settings: { digest: 'daily' } })))
      await changesOnce('one who leaves', () =>
        directory.removeUsers(['b@acme.example', 'no@acme.example'], start),
      )
    })

    test('grows with each change of a group and of who is in it', async () => {
      const [a, c] = ['a@acme.example', 'c@acme.example']
      await changesOnce('a new group', () => directory.putGroup(group, [a]))
      await changesOnce('who joins', () => directory.joinGroup(group, [a, c]))
      await changesNothing('the order, and who is named twice', () => directory.putGroup(group, [c, a, c]))
      await changesOnce('a name', () => directory.putGroup({ ...group, name: 'Everybody' }, [a, c]))
      await changesOnce('who goes', () => directory.putGroup({ ...group, name: 'Everybody' }, [c]))
      await changesOnce('a group that others begin', () => directory.joinGroup({ ...group, id: 'g2' }, []))
      await changesOnce('a member who leaves the site', () => directory.removeUsers([c], start))
    })

    test('grows when a domain goes with its people, not when there was none', async () => {
      await changesOnce('a domain', () => directory.removeDomain('acme.example', start))
      assert.deepEqual(await directory.users('acme.example', '', 10), [])
      await changesNothing('no domain', () => directory.removeDomain('none.example', start))
    })

    test('stays when something is read, noted or confirmed', async () => {
      await changesNothing('reading and notes', async () => {
        await Promise.all([directory.tenants(), directory.domains(), directory.countUsers()])
        await directory.setFact('confirmed', 'yes')
        await directory.recordChange(start, 'tenant', 'somebody', {})
      })
    })

    test('is the same for another process, which sees a change at once', async () => {
      const other = (await open.reopen()).directory
      await changesOnce('a tenant', () => other.putTenant({ ...tenant, name: 'Elsewhere' }))
      assert.equal(await directory.version(), await other.version())
    })
  })
}
