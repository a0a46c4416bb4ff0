import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addDomain } from '#services/directory/add-domain.ts'
import { addTenant } from '#services/directory/add-tenant.ts'
import { addUsers } from '#services/directory/add-users.ts'
import { openTestSite } from '../../test-site.ts'
import { suspendSender } from './suspend-sender.ts'

async function open() {
  const it = openTestSite()
  await addTenant(it.order, { id: 'op', level: 'operator' })
  for (const id of ['one', 'two']) {
    await addTenant(it.order, { id, level: 'customer' })
    const domain = { name: `${id}.test`, tenant: id, nextHop: 'smtp://127.0.0.1:1' }
    await addDomain(it.order, domain, () => undefined)
  }
  await addUsers(it.order, [
    { address: 'a@one.test' },
    { address: 'b@two.test' },
    { address: 'own@one.test', aliasOf: 'a@one.test' },
    { address: 'alias@one.test', aliasOf: 'b@two.test' },
  ])
  return it
}

test('an alias stands for its owner, who has to be in reach himself, and whose tenant it is of', async () => {
  using it = await open()
  const { senders } = it.site
  const order = { ...it.order, senders }
  const ofOne = {
    ...order,
    reach: {
      tenant: (tenant: string) => tenant === 'one',
      domain: ({ tenant }: { tenant: string }) => tenant === 'one',
    },
  }
  await assert.rejects(suspendSender(ofOne, 'alias@one.test', 'spam'), { code: 'not-found' })
  await assert.rejects(suspendSender(ofOne, 'b@two.test', 'spam'), { code: 'not-found' })
  assert.deepEqual(await senders.suspended({}, 10), [])
  assert.equal(await suspendSender(ofOne, 'own@one.test', 'spam'), 'a@one.test')
  assert.equal(await suspendSender(order, 'alias@one.test', 'spam'), 'b@two.test')
  assert.deepEqual(
    (await senders.suspended({}, 10)).map((each) => [each.sender, each.tenant]),
    [
      ['a@one.test', 'one'],
      ['b@two.test', 'two'],
    ],
  )
})
