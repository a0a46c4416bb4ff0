import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addTenant } from '#services/directory/add-tenant.ts'
import { addUsers } from '#services/directory/add-users.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import { openTestSite } from '../../test-site.ts'
import { type ListLevel, listItsSender } from './list-its-sender.ts'

const aside = { state: 'quarantined', reason: 'policy', dueAt: null, tenant: 'one' } as const

test('mail to an alias is in reach by the alias, and the list of its owner only by himself', async () => {
  using it = openTestSite()
  const { order, site } = it
  const { directory, policy, ledger } = site
  await addTenant(order, { id: 'house', level: 'operator' })
  for (const id of ['one', 'two']) await addTenant(order, { id, level: 'customer', parent: 'house' })
  const put = (name: string, tenant: string) =>
    directory.putDomain({ name, tenant, nextHop: 'mx:x.test', settings: {} }, 1)
  for (const name of ['x.test', 'y.test']) await put(name, 'one')
  await addUsers(order, [{ address: 'b@y.test' }, { address: 'a@x.test', aliasOf: 'b@y.test' }])
  const messageId = it.accept({ deliveries: [{ ...aside, rcptTo: 'a@x.test' }] })
  const list = (within: Reach, level: ListLevel) =>
    listItsSender(
      { ...order, ledger, policy, directory, ip: '', messageId, within, level, mayList: true },
      'allow',
    )
  const whole: Reach = { tenants: ['one'], domains: null }
  const limited: Reach = { tenants: ['one'], domains: ['x.test'] }

  await assert.rejects(list(limited, 'user'), /user:a@x\.test are not in your reach/)
  await assert.rejects(list(limited, 'tenant'), /tenant:one are not in your reach/)
  assert.deepEqual(await policy.senders(null), [])
  assert.deepEqual((await list(limited, 'domain')).levels, ['domain:x.test'])
  assert.deepEqual((await list(whole, 'user')).levels, ['user:b@y.test'])

  await put('y.test', 'two')
  await assert.rejects(list(whole, 'user'), /user:a@x\.test are not in your reach/)
  await put('x.test', 'two')
  await assert.rejects(list(whole, 'domain'), /domain:x\.test are not in your reach/)
})

test('who looks after some people writes lists of theirs alone, and is told of no other domain that its mail comes here', async () => {
  using it = openTestSite()
  const { order, site } = it
  const { directory, policy, ledger } = site
  await addTenant(order, { id: 'house', level: 'operator' })
  await addTenant(order, { id: 'one', level: 'customer', parent: 'house' })
  for (const name of ['x.test', 'y.test'])
    await directory.putDomain({ name, tenant: 'one', nextHop: 'mx:x.test', settings: {} }, 1)
  await addUsers(order, [{ address: 'a@x.test' }, { address: 'b@x.test' }])
  const deliveries = ['a@x.test', 'b@x.test'].map((rcptTo) => ({ ...aside, rcptTo }))
  const within: Reach = { tenants: ['one'], domains: ['user:a@x.test'] }
  const list = (headerFrom: string, level: ListLevel) => {
    const messageId = it.accept({ message: { headerFrom }, deliveries })
    const reaches = async (each: string) => each === 'user:a@x.test'
    return listItsSender(
      { ...order, ledger, policy, directory, messageId, within, level, mayList: true, reaches },
      'allow',
    )
  }

  for (const level of ['domain', 'tenant'] as const)
    await assert.rejects(list('eve@far.test', level), /are not in your reach/)
  await assert.rejects(list('eve@y.test', 'user'), /^OrderError: y\.test cannot be allowed at this level/)
  assert.deepEqual(await policy.senders(null), [])
  assert.deepEqual((await list('eve@far.test', 'user')).levels, ['user:a@x.test'])
  assert.deepEqual(
    (await policy.senders(null)).map(({ scope, entry }) => [scope, entry]),
    [['user:a@x.test', 'eve@far.test']],
  )
})
