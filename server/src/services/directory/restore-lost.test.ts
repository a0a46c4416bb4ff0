import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { addDomain } from './add-domain.ts'
import { addUsers } from './add-users.ts'
import { confirmShrink } from './confirm-shrink.ts'
import { removeDomain } from './remove-domain.ts'
import { removeUsers } from './remove-users.ts'
import { restoreLost } from './restore-lost.ts'

const addresses = Array.from({ length: 20 }, (_, index) => `u${index}@a.test`)

async function withPeople(): Promise<TestSite> {
  const it = openTestSite()
  await addDomain(
    it.order,
    { name: 'a.test', nextHop: 'mx:a.test', anyRecipient: false },
    it.site.checkNextHop,
  )
  await addUsers(
    it.order,
    addresses.map((address) => ({ address })),
  )
  await it.site.publish()
  return it
}

describe('losses of the directory (N-05)', () => {
  test('a large one waits, and the lost are still known', async () => {
    using it = await withPeople()
    await removeUsers(it.order, addresses.slice(0, 10))
    const { held } = await it.site.publish()
    assert.deepEqual({ ...held[0] }, { domain: 'a.test', before: 20, lost: 10, lostBefore: 0 })
    assert.equal(it.site.recipientView('u0', 'a.test').kind, 'known')
  })

  test('restored: the lost are back in the directory', async () => {
    using it = await withPeople()
    await removeUsers(it.order, addresses.slice(0, 10))
    await it.site.publish()
    assert.deepEqual(await restoreLost(it.order, it.site.snapshots, 'a.test'), { domains: 0, users: 10 })
    assert.deepEqual((await it.site.publish()).held, [])
    assert.equal((await it.site.directory.user('u3@a.test'))?.kind, 'user')
  })

  test('confirmed: the lost hear that they may come back, and can still be restored', async () => {
    using it = await withPeople()
    await removeUsers(it.order, addresses.slice(0, 10))
    const { held } = await it.site.publish()
    await confirmShrink(it.order, 'a.test', held)
    assert.deepEqual((await it.site.publish()).held, [])
    assert.equal(it.site.recipientView('u0', 'a.test').kind, 'lost')
    assert.equal((await restoreLost(it.order, it.site.snapshots, 'a.test')).users, 10)
    await it.site.publish()
    assert.equal(it.site.recipientView('u0', 'a.test').kind, 'known')
  })

  test('confirming what does not wait is refused', async () => {
    using it = await withPeople()
    await assert.rejects(confirmShrink(it.order, 'a.test', []), /waits to be confirmed/)
  })

  test('lost domains come back with their people', async () => {
    using it = await withPeople()
    await addDomain(it.order, { name: 'b.test', nextHop: 'mx:b.test' }, it.site.checkNextHop)
    await it.site.publish()
    await removeDomain(it.order, 'a.test')
    await removeDomain(it.order, 'b.test')
    const { held } = await it.site.publish()
    assert.equal(held.find((each) => each.domain === '*')?.lost, 2)
    assert.deepEqual(await restoreLost(it.order, it.site.snapshots, '*'), { domains: 2, users: 20 })
    assert.deepEqual((await it.site.publish()).held, [])
    assert.equal(it.site.recipientView('u19', 'a.test').kind, 'known')
  })

  test('confirmed: lost domains are gone, and their people known as lost for the grace time', async () => {
    using it = await withPeople()
    for (const name of ['b.test', 'c.test', 'd.test'])
      await addDomain(it.order, { name, nextHop: 'mx:b.test', anyRecipient: true }, it.site.checkNextHop)
    await it.site.publish()
    for (const name of ['a.test', 'b.test']) await removeDomain(it.order, name)
    const { held } = await it.site.publish()
    assert.equal(it.site.recipientView('u0', 'a.test').kind, 'known')
    await confirmShrink(it.order, '*', held)
    for (let snapshot = 0; snapshot < 3; snapshot++) {
      // The loss is remembered over later changes too.
      await addUsers(it.order, [{ address: `x${snapshot}@c.test` }])
      assert.deepEqual((await it.site.publish()).held, [])
      assert.equal(it.site.recipientView('u0', 'a.test').kind, 'lost')
      assert.equal(it.site.recipientView('anybody', 'b.test').kind, 'lost')
      assert.equal(it.site.recipientView('anybody', 'd.test').kind, 'known')
      assert.equal(it.site.recipientView('u0', 'z.test').kind, 'not-ours')
    }
  })
})
