import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Tenant } from '#services/directory/directory-store.ts'
import { openTestSite } from '../../test-site.ts'
import type { AccessOrder } from './access-order.ts'
import type { Manager } from './access-store.ts'
import { type Ordered, whyNotGoOn } from './may-go-on.ts'
import { makeKey } from './write-key.ts'
import { disableManager, putManager } from './write-manager.ts'

test('what somebody has ordered goes on while he could order it anew', async () => {
  using it = openTestSite()
  const { access, directory } = it.site
  const plain = { name: '', settings: {}, locked: [] }
  const tree: Tenant[] = [
    { id: 'house', parent: null, level: 'operator', ...plain },
    { id: 'msp', parent: 'house', level: 'reseller', ...plain },
    { id: 'shop', parent: 'msp', level: 'customer', ...plain },
  ]
  for (const each of tree) await directory.putTenant(each)
  await directory.putDomain({ name: 'shop.test', tenant: 'shop', nextHop: 'mx', settings: {} }, 1)
  const order: AccessOrder = { access, directory, at: 1000, who: 'test', ip: '' }
  const put = (more: Partial<Parameters<typeof putManager>[1]> = {}): Promise<Manager> =>
    putManager(order, { id: 'tom', role: 'technical', tenant: 'msp', domains: null, ...more })
  const ordered: Ordered = { who: 'manager:tom', tenant: 'msp', rights: ['queue.act'], domains: null }
  const ask = (more: Partial<Ordered> = {}, now = 1000) =>
    whyNotGoOn(access, async () => tree, { ...ordered, ...more }, now)
  const tom = await put()
  assert.equal(await ask(), null)
  assert.match((await ask({ rights: ['queue.act', 'quarantine.virus'] })) ?? '', /may not do this/)
  await put({ role: 'reader' })
  assert.match((await ask()) ?? '', /may not do this/)
  await put({ tenant: 'shop' })
  assert.match((await ask()) ?? '', /may not do this/, 'he has moved below')
  await put({ domains: ['shop.test'] })
  assert.match((await ask()) ?? '', /may not do this/, 'he had all domains')
  assert.equal(await ask({ domains: ['shop.test'] }), null)
  assert.match((await ask({ domains: ['user:a@shop.test'] })) ?? '', /may not do this/, 'nobody looks it up')
  const isReached = async (name: string) => name === 'user:a@shop.test'
  const askOf = (domains: string[]) =>
    whyNotGoOn(access, async () => tree, { ...ordered, domains }, 1000, isReached)
  assert.equal(await askOf(['shop.test', 'user:a@shop.test']), null)
  assert.match((await askOf(['user:b@shop.test'])) ?? '', /may not do this/)
  await put()
  await disableManager(order, tom, true)
  assert.match((await ask()) ?? '', /sign in/)
  assert.match((await ask({ who: 'manager:gone' })) ?? '', /sign in/)
  assert.equal(await ask({ who: 'cli:root' }), null, 'this machine is asked no more')
  await makeKey(order, { id: 'k1', name: '', tenant: 'msp', scopes: ['messages'], expiresAt: 2000 })
  assert.equal(await ask({ who: 'key:k1' }), null)
  assert.match((await ask({ who: 'key:k1' }, 2001)) ?? '', /sign in/)
})
