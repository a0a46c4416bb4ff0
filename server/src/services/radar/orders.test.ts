import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addDomain } from '#services/directory/add-domain.ts'
import { openTestSite } from '../../test-site.ts'
import { refuseTests } from './refuse-tests.ts'
import { shareTest, unshareTest } from './share-test.ts'
import { startTest } from './start-test.ts'
import { addPath, removePath } from './write-path.ts'

test('nothing of the radar is ordered that the audit log cannot be told of', async () => {
  using it = openTestSite()
  const { radar: orders } = it.site
  const { radar } = orders
  await addDomain(it.order, { name: 'a.test', nextHop: 'mx:a.test' }, it.site.checkNextHop)
  const tenant = (await it.site.directory.domain('a.test'))?.tenant ?? ''
  const asker = { who: 'manager:m', ip: '192.0.2.1', tenant, isUnlimited: false }
  const paths = async () => (await radar.paths(undefined, '', 10)).length
  const add = () => addPath(orders, asker, { address: 'echo@a.test', name: 'own', everyMs: 60_000 })

  await it.withoutAudit(add)
  assert.equal(await paths(), 0)
  const path = await add()
  await it.withoutAudit(() => removePath(orders, asker, path))
  assert.equal(await paths(), 1)
  await removePath(orders, asker, path)
  await assert.rejects(removePath(orders, asker, path), { code: 'not-found' })

  await it.withoutAudit(() => startTest(orders, asker, 'b.test'))
  assert.deepEqual(await radar.tests({ within: undefined, limit: 10 }), [])
  const made = await startTest(orders, asker, 'b.test')
  await it.withoutAudit(() => shareTest(orders, asker, made))
  assert.equal(await radar.linkUntil(made.id), null)
  await shareTest(orders, asker, made)
  await it.withoutAudit(() => unshareTest(orders, asker, made))
  assert.notEqual(await radar.linkUntil(made.id), null)

  const refuse = () => refuseTests(orders, 'Person@c.test', 'person:person@c.test', '')
  await it.withoutAudit(refuse)
  assert.equal(await radar.isUnwanted('person@c.test'), false)
  await refuse()
  await assert.rejects(startTest(orders, asker, 'person@c.test'), { code: 'forbidden' })

  const lines = await it.site.access.audit(null, null, 20)
  const told = lines.map(({ what }) => what).filter((what) => what.startsWith('radar'))
  assert.deepEqual(told.reverse(), [
    ...['radar-path-added', 'radar-path-removed', 'radar-test-started', 'radar-test-shared'],
    'radar-refused',
  ])
})
