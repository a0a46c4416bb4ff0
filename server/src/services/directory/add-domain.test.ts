import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openTestSite } from '../../test-site.ts'
import { addDomain } from './add-domain.ts'
import { addTenant } from './add-tenant.ts'
import { removeDomain } from './remove-domain.ts'

describe('domains and tenants', () => {
  test('the first domain makes the first tenants', async () => {
    using it = openTestSite()
    const { domain, isNew } = await addDomain(
      it.order,
      { name: 'Example.COM', nextHop: 'smtp://mx.example.com' },
      it.site.checkNextHop,
    )
    assert.equal(isNew, true)
    assert.deepEqual([domain.name, domain.tenant], ['example.com', 'main'])
    assert.deepEqual(
      (await it.site.directory.tenants()).map((each) => [each.id, each.level, each.parent]),
      [
        ['mailkeep', 'operator', null],
        ['main', 'customer', 'mailkeep'],
      ],
    )
  })

  test('saying it twice is saying it once, and a new next hop keeps the settings', async () => {
    using it = openTestSite()
    const add = (nextHop: string, anyRecipient?: boolean) =>
      addDomain(
        it.order,
        { name: 'a.test', nextHop, ...(anyRecipient !== undefined && { anyRecipient }) },
        it.site.checkNextHop,
      )
    await add('smtp://one.test', true)
    const again = await add('smtp://two.test')
    assert.equal(again.isNew, false)
    assert.deepEqual(again.domain.settings, { recipients: 'any' })
    assert.equal((await it.site.directory.domains()).length, 1)
    assert.deepEqual((await add('smtp://two.test', false)).domain.settings, {})
  })

  test('refuses a name, a next hop and a tenant that are none', async () => {
    using it = openTestSite()
    const add = (name: string, nextHop: string, tenant?: string) =>
      addDomain(it.order, { name, nextHop, ...(tenant && { tenant }) }, it.site.checkNextHop)
    await assert.rejects(add('no domain', 'smtp://x'), /is no domain name/)
    await assert.rejects(add('localhost', 'smtp://x'), /is no domain name/)
    await assert.rejects(add('a.test', 'http://x'), /smtp:\/\/HOST/)
    await assert.rejects(add('a.test', 'smtp://x', 'nobody'), /there is no tenant nobody/)
    assert.deepEqual(await it.site.directory.domains(), [])
  })

  test('with several customers it must be said whose domain it is', async () => {
    using it = openTestSite()
    await addTenant(it.order, { id: 'op', level: 'operator' })
    await addTenant(it.order, { id: 'one', level: 'customer' })
    await addTenant(it.order, { id: 'two', level: 'customer' })
    const given = { name: 'a.test', nextHop: 'mx:a.test' }
    await assert.rejects(addDomain(it.order, given, it.site.checkNextHop), /--tenant: one, two/)
    const { domain } = await addDomain(it.order, { ...given, tenant: 'two' }, it.site.checkNextHop)
    assert.equal(domain.tenant, 'two')
  })

  test('tenants stand below wider ones only, and keep their place', async () => {
    using it = openTestSite()
    await assert.rejects(addTenant(it.order, { id: 'c', level: 'customer' }), /operator first/)
    await addTenant(it.order, { id: 'op', level: 'operator' })
    await addTenant(it.order, { id: 'c', level: 'customer' })
    await assert.rejects(addTenant(it.order, { id: 'op2', level: 'operator' }), /an operator already/)
    await assert.rejects(addTenant(it.order, { id: 'r', level: 'reseller', parent: 'c' }), /cannot be below/)
    await assert.rejects(addTenant(it.order, { id: 'c', level: 'reseller' }), /there is a customer c already/)
    await assert.rejects(addTenant(it.order, { id: 'No Id', level: 'customer' }), /letters a to z/)
  })

  test('a removed domain is gone with its people', async () => {
    using it = openTestSite()
    await addDomain(it.order, { name: 'a.test', nextHop: 'mx:a.test' }, it.site.checkNextHop)
    await removeDomain(it.order, 'A.test')
    assert.deepEqual(await it.site.directory.domains(), [])
    await assert.rejects(removeDomain(it.order, 'a.test'), /there is no domain a.test/)
  })
})
