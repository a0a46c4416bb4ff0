import assert from 'node:assert/strict'
import { test } from 'node:test'
import { syncOrderOf } from '#doors/cli/sync-words.ts'
import { addTenant } from '#services/directory/add-tenant.ts'
import { openTestSite } from '../../test-site.ts'
import { addSource } from './add-source.ts'
import { changeSource, putSourceFile, removeSource } from './change-source.ts'
import { disableSource, enableSource, orderRun } from './order-run.ts'
import { makeScimToken, revokeScimToken } from './scim/scim-token.ts'
import type { SyncSource } from './sync-store.ts'

const given = (kind: string) => ({
  ...{ tenant: 'one', name: kind, kind, settings: {}, domains: null, takesOver: false },
})

test('nothing of a source is changed, and no run ordered, that the audit log cannot be told of', async () => {
  using it = openTestSite()
  const { sync } = it.site
  await addTenant(it.order, { id: 'one', level: 'operator' })
  const order = syncOrderOf(it.site)
  const sources = () =>
    sync.sources({ tenants: null, domains: null }, { tenant: 'one', domain: null }, '', 10)
  await it.withoutAudit(() => addSource(order, given('csv')))
  assert.deepEqual(await sources(), [])
  const id = await addSource(order, given('csv'))
  const read = async () => (await sync.source(id)) as SyncSource
  const before = await read()
  const seen = { ...before, previewedRevision: before.revision }
  for (const change of [
    () => changeSource(order, before, { name: 'other' }),
    () => putSourceFile(order, before, 'address\n'),
    () => enableSource(order, seen),
    () => orderRun(order, before, 'preview'),
    () => removeSource(order, before),
  ])
    await it.withoutAudit(change)
  assert.deepEqual([await read(), await sync.file(id)], [before, null])
  await orderRun(order, before, 'preview')
  await assert.rejects(orderRun(order, before, 'preview'), { code: 'conflict' })
  await enableSource(order, seen)
  await it.withoutAudit(() => disableSource(order, before))
  assert.equal((await read()).enabled, true)
})

test('no token is made or revoked that the audit log cannot be told of', async () => {
  using it = openTestSite()
  const { sync, scim } = it.site
  await addTenant(it.order, { id: 'one', level: 'operator' })
  const order = syncOrderOf(it.site)
  const pushing = await addSource(order, given('scim'))
  const source = (await sync.source(pushing)) as SyncSource
  await it.withoutAudit(() => makeScimToken(order, source))
  assert.deepEqual(await scim.tokens([pushing]), [])
  const token = await makeScimToken(order, source)
  await it.withoutAudit(() => revokeScimToken(order, source, token.id))
  assert.equal((await scim.tokens([pushing])).length, 1)
})
