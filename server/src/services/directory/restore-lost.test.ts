import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { mostPasswords } from '#ground/platform/most-kept.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { addDomain } from './add-domain.ts'
import { addTenant } from './add-tenant.ts'
import { addUsers } from './add-users.ts'
import { confirmShrink } from './confirm-shrink.ts'
import { lossesInReach, lossesOf } from './losses-in-reach.ts'
import { removeDomain } from './remove-domain.ts'
import { removeUsers } from './remove-users.ts'
import { restoreLost } from './restore-lost.ts'
import { whyNoLoss } from './why-no-loss.ts'

const addresses = Array.from({ length: 20 }, (_, index) => `u${index}@a.test`)

const guardOf = ({ site: { snapshots } }: TestSite) => ({
  ...{ snapshots, shrinkPercent: 10, graceMs: 86_400_000 },
})

/** Of what came back nothing was too many. */
const nothingOver = { overLimit: 0, over: [] }

/** An order by somebody who reaches none of it. */
const beside = ({ order }: TestSite) => ({ ...order, reach: { tenant: () => false, domain: () => false } })

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

const record = { ...{ id: 'p1', hash: 'h', salt: 's', rounds: 8192, storedKey: 'k', serverKey: 'v' } }
const passwordOf = (login: string) => ({ id: login, login, name: 'phone', record, madeAt: 1, madeBy: 'x' })

/** Who could sign in to send, as the flow sees it. */
const mayLogIn = async ({ site }: TestSite, login: string): Promise<boolean> => {
  const { version } = (await site.snapshots.state()) ?? {}
  const file = new DatabaseSync(join(site.folder, 'directory', `directory-${version}.db`), { readOnly: true })
  try {
    return file.prepare('SELECT 1 FROM logins WHERE login = ?').get(login) !== undefined
  } finally {
    file.close()
  }
}

describe('losses of the directory (N-05)', () => {
  test('who is missed by mistake sends with his password all the time; restored, it is his as before', async () => {
    using it = await withPeople()
    const [lost = '', left = ''] = [addresses[3], addresses[15]]
    for (const login of [lost, left]) it.stores.relays.addPassword(passwordOf(login))
    await it.site.publish()
    await removeUsers(it.order, addresses.slice(0, 10))
    await it.site.publish()
    assert.deepEqual([await mayLogIn(it, lost), it.stores.relays.passwords(lost)], [true, []])
    await restoreLost(it.order, it.site.snapshots, 'a.test', 'known')
    await it.site.publish()
    assert.deepEqual([await mayLogIn(it, lost), it.stores.relays.passwords(lost).length], [true, 1])
    await removeUsers(it.order, [left])
    await it.site.publish()
    assert.equal(await mayLogIn(it, left), false, 'one is no mistake, and his rights end at once')
  })

  test('who is let go after more than a day comes back with what was his, also when his domain goes after him', async () => {
    using it = await withPeople()
    const [lost = ''] = addresses
    it.stores.relays.addPassword(passwordOf(lost))
    await it.site.publish()
    await removeUsers({ ...it.order, at: Date.now() - 25 * 3_600_000 }, addresses.slice(0, 10))
    await it.site.publish()
    await confirmShrink(it.order, guardOf(it), 'a.test', 10)
    await it.site.publish()
    for (const name of ['b.test', 'c.test', 'd.test', 'e.test'])
      await addDomain(it.order, { name, nextHop: 'mx:b.test' }, it.site.checkNextHop)
    await it.site.publish()
    await removeDomain(it.order, 'a.test')
    await addDomain(it.order, { name: 'a.test', nextHop: 'mx:a.test' }, it.site.checkNextHop)
    await restoreLost(it.order, it.site.snapshots, 'a.test', 'known')
    assert.equal(it.stores.relays.passwords(lost).length, 1)
  })

  test('who was removed by mistake and added again by hand has his back, as a domain has', async () => {
    using it = await withPeople()
    const [lost = ''] = addresses
    const restore = () => restoreLost(it.order, it.site.snapshots, 'a.test', 'known')
    it.stores.relays.addPassword(passwordOf(lost))
    await removeUsers(it.order, [lost])
    await addUsers(it.order, [{ address: lost }])
    const one = { domains: 0, users: 0, belongings: 1, ...nothingOver }
    assert.deepEqual(await restore(), one)
    await removeDomain(it.order, 'a.test')
    await addDomain(it.order, { name: 'a.test', nextHop: 'mx:a.test' }, it.site.checkNextHop)
    await addUsers(
      it.order,
      addresses.map((address) => ({ address })),
    )
    assert.deepEqual(await restore(), one)
    assert.equal(it.stores.relays.passwords(lost).length, 1)
    assert.equal((await restore()).belongings, 0)
  })

  test('what would be one too many stays out of force, and is named also in the audit log', async () => {
    using it = await withPeople()
    const [lost = ''] = addresses
    it.stores.relays.addPassword(passwordOf(lost))
    await removeUsers(it.order, [lost])
    await addUsers(it.order, [{ address: lost }])
    for (let n = 0; n < mostPasswords; n++) it.stores.relays.addPassword({ ...passwordOf(lost), id: `p${n}` })
    const restored = await restoreLost(it.order, it.site.snapshots, 'a.test', 'known')
    const over = [{ what: 'password', at: lost, name: 'phone', became: 'aside' }]
    assert.deepEqual(restored, { domains: 0, users: 0, belongings: 0, overLimit: 1, over })
    assert.equal(it.stores.relays.passwords(lost).length, mostPasswords)
    const told = it.stores.database
      .prepare("SELECT detail FROM changes WHERE what = 'directory-restored'")
      .all() as { detail: string }[]
    assert.deepEqual(
      told.map(({ detail }) => JSON.parse(detail).over),
      [over],
    )
  })

  test('where no loss waits it is said why, and what still can be done', async () => {
    using it = await withPeople()
    const why = (order = it.order) => whyNoLoss(order, guardOf(it), 'a.test')
    assert.match(await why(), /^Nothing of a\.test is missing: /)
    await removeUsers(it.order, addresses.slice(0, 1))
    assert.match(await why(), /too little to be held back .*"mailkeep directory restore a\.test"/)
    await removeUsers(it.order, addresses.slice(1, 10))
    await confirmShrink(it.order, guardOf(it), 'a.test', 10)
    assert.match(await why(), /^Somebody has confirmed /)
    await it.site.publish()
    assert.match(await why(), /^Somebody has confirmed /)
    assert.equal(await why(beside(it)), 'No loss of a.test waits in your reach.')
    const ofManager = await why({ ...it.order, reach: { tenant: () => true, domain: () => true } })
    assert.match(ofManager, /Until directory\.grace is over the operator can still bring it back\.$/)
    assert.doesNotMatch(ofManager, /mailkeep/, 'a command that he has not')
    const lostDomains = (order = it.order) => whyNoLoss(order, guardOf(it), '*')
    assert.match(await lostDomains(), /^Nothing of the domains is missing/)
    assert.equal(await lostDomains(beside(it)), 'No loss of domains waits in your reach.')
  })

  test('a loss is held and known as lost also in a domain that moves to another tenant', async () => {
    using it = await withPeople()
    const { directory, snapshots } = it.site
    const [lost = ''] = addresses
    it.stores.relays.addPassword(passwordOf(lost))
    await it.site.publish()
    await removeUsers(it.order, addresses.slice(0, 10))
    await it.site.publish()
    const moveTo = async (tenant: string) => {
      await addTenant(it.order, { id: tenant, level: 'customer' })
      const domain = await directory.domain('a.test')
      assert.ok(domain && (await directory.putDomain({ ...domain, tenant }, it.order.at + 1)))
    }
    await moveTo('second')
    assert.deepEqual(
      (await it.site.publish()).held.map((each) => each.lost),
      [10],
    )
    assert.equal(it.site.recipientView('u0', 'a.test').kind, 'known')
    assert.equal(await mayLogIn(it, lost), true)
    await confirmShrink(it.order, guardOf(it), 'a.test', 10)
    await it.site.publish()
    await moveTo('third')
    await it.site.publish()
    assert.equal(it.site.recipientView('u0', 'a.test').kind, 'lost')
    const restored = await restoreLost(it.order, snapshots, 'a.test', 'known')
    assert.deepEqual(restored, { domains: 0, users: 10, belongings: 1, ...nothingOver })
  })

  test('people of a domain are not missed by the tenant who has it next', async () => {
    using it = await withPeople()
    it.stores.relays.addPassword(passwordOf('u0@a.test'))
    await addDomain(it.order, { name: 'b.test', nextHop: 'mx:b.test' }, it.site.checkNextHop)
    await addDomain(it.order, { name: 'c.test', nextHop: 'mx:c.test' }, it.site.checkNextHop)
    await it.site.publish()
    await addTenant(it.order, { id: 'other', level: 'customer' })
    await removeDomain(it.order, 'a.test')
    const later = { ...it.order, at: it.order.at + 1 }
    await addDomain(later, { name: 'a.test', nextHop: 'mx:a.test', tenant: 'other' }, it.site.checkNextHop)
    assert.deepEqual((await it.site.publish()).held, [])
    assert.equal(it.site.recipientView('u0', 'a.test').kind, 'unknown')
    assert.equal(await mayLogIn(it, 'u0@a.test'), false)
    assert.equal((await restoreLost(it.order, it.site.snapshots, 'a.test', 'known')).users, 0)
  })

  test('a large one waits, and the lost are still known, also over the snapshot of an older version', async () => {
    using it = await withPeople()
    const { version } = (await it.site.snapshots.state()) ?? {}
    const file = new DatabaseSync(join(it.site.folder, 'directory', `directory-${version}.db`))
    file.exec('ALTER TABLE domains DROP COLUMN added_at')
    file.close()
    await removeUsers(it.order, addresses.slice(0, 10))
    const { held } = await it.site.publish()
    assert.deepEqual({ ...held[0] }, { domain: 'a.test', before: 20, lost: 10, lostBefore: 0 })
    assert.equal(it.site.recipientView('u0', 'a.test').kind, 'known')
  })

  test('a loss is known before the next snapshot is made, and after it was confirmed no more', async () => {
    using it = await withPeople()
    const { order } = it
    const found = async () =>
      (await lossesOf(order, guardOf(it), ['a.test'])).map(({ lost, names }) => [lost, names])
    await removeUsers(order, addresses.slice(0, 1))
    await it.site.publish()
    assert.deepEqual(await found(), [], 'one is daily business')
    await removeUsers(order, addresses.slice(1, 3))
    assert.deepEqual(await found(), [[3, addresses.slice(0, 3)]])
    await it.site.publish()
    assert.deepEqual(await found(), [[3, addresses.slice(0, 3)]])
    await confirmShrink(order, guardOf(it), 'a.test', 3)
    assert.deepEqual(await found(), [])
    assert.deepEqual(await lossesInReach(order, it.site.snapshots), [])
  })

  test('restored: the lost are back in the directory', async () => {
    using it = await withPeople()
    await removeUsers(it.order, addresses.slice(0, 10))
    await it.site.publish()
    assert.deepEqual(await restoreLost(it.order, it.site.snapshots, 'a.test', 'known'), {
      domains: 0,
      users: 10,
      belongings: 0,
      ...nothingOver,
    })
    assert.deepEqual((await it.site.publish()).held, [])
    assert.equal((await it.site.directory.user('u3@a.test'))?.kind, 'user')
  })

  test('confirmed: the lost hear that they may come back, and can still be restored', async () => {
    using it = await withPeople()
    await removeUsers(it.order, addresses.slice(0, 10))
    await it.site.publish()
    await confirmShrink(it.order, guardOf(it), 'a.test', null)
    assert.deepEqual((await it.site.publish()).held, [])
    assert.equal(it.site.recipientView('u0', 'a.test').kind, 'lost')
    assert.equal((await restoreLost(it.order, it.site.snapshots, 'a.test', 'known')).users, 10)
    await it.site.publish()
    assert.equal(it.site.recipientView('u0', 'a.test').kind, 'known')
  })

  test('confirming what does not wait is refused', async () => {
    using it = await withPeople()
    await assert.rejects(confirmShrink(it.order, guardOf(it), 'a.test', null), /waits to be confirmed/)
  })

  test('what has grown since somebody looked is not confirmed, and nobody confirms what is not in his reach', async () => {
    using it = await withPeople()
    await removeUsers(it.order, addresses.slice(0, 10))
    await it.site.publish()
    await assert.rejects(confirmShrink(it.order, guardOf(it), 'a.test', 9), /has grown: 10 are missing/)
    for (const name of ['a.test', '*']) {
      await assert.rejects(confirmShrink(beside(it), guardOf(it), name, null), /in your reach/)
      await assert.rejects(restoreLost(beside(it), it.site.snapshots, name, 'unconfirmed'), /in your reach/)
    }
    assert.equal((await it.site.publish()).held.length, 1)
  })

  test('whoever confirms a loss has not spoken of what goes after it and before the next snapshot', async () => {
    using it = await withPeople()
    await removeUsers(it.order, addresses.slice(0, 10))
    await it.site.publish()
    await confirmShrink(it.order, guardOf(it), 'a.test', 10)
    await removeUsers(it.order, addresses.slice(10, 13))
    assert.deepEqual(
      (await it.site.publish()).held.map(({ lost }) => lost),
      [13],
    )
    assert.equal(it.site.recipientView('u11', 'a.test').kind, 'known')
    await confirmShrink(it.order, guardOf(it), 'a.test', 13)
    assert.deepEqual((await it.site.publish()).held, [])
    assert.equal(it.site.recipientView('u11', 'a.test').kind, 'lost')
  })

  test('what was confirmed before does not come back with what waits', async () => {
    using it = await withPeople()
    await removeUsers(it.order, addresses.slice(0, 3))
    await it.site.publish()
    await confirmShrink(it.order, guardOf(it), 'a.test', 3)
    await it.site.publish()
    await removeUsers(it.order, addresses.slice(10, 13))
    await it.site.publish()
    const { site, order } = it
    const [loss] = await lossesInReach(order, site.snapshots)
    assert.deepEqual([loss?.lost, loss?.names], [3, addresses.slice(10, 13)])
    assert.equal((await restoreLost(order, site.snapshots, 'a.test', 'unconfirmed')).users, 3)
    assert.equal(await site.directory.user('u0@a.test'), null)
  })

  test('a loss is seen by those in whose reach it is; of lost domains each sees his own', async () => {
    using it = await withPeople()
    const { site, order } = it
    for (const name of ['b.test', 'c.test'])
      await addDomain(order, { name, nextHop: 'mx:b.test' }, site.checkNextHop)
    await site.publish()
    await removeUsers(order, addresses.slice(0, 2))
    await removeUsers(order, addresses.slice(2, 10))
    await site.publish()
    assert.deepEqual(
      (await lossesInReach(order, site.snapshots)).map((each) => [each.domain, each.inForce, each.lost]),
      [['a.test', 20, 10]],
    )
    assert.deepEqual(await lossesInReach(beside(it), site.snapshots), [])
    assert.deepEqual(await lossesOf(order, guardOf(it), ['a.test', 'b.test', '*', 'a.test']), [
      ...(await lossesInReach(order, site.snapshots)),
    ])
    for (const name of ['a.test', 'b.test']) await removeDomain(order, name)
    await site.publish()
    const ofB = {
      ...order,
      reach: { tenant: () => true, domain: ({ name }: { name: string }) => name > 'b' },
    }
    const seen = async (by: typeof order) =>
      (await lossesInReach(by, site.snapshots)).map(({ domain, inForce, names, mayDecide }) => [
        ...[domain, inForce, names.join(' '), mayDecide],
      ])
    assert.deepEqual(await seen(order), [['*', 3, 'a.test b.test', true]])
    assert.deepEqual(await seen(ofB), [['*', 2, 'b.test', false]])
    assert.deepEqual(await seen(beside(it)), [])
  })

  test('lost domains come back with their people', async () => {
    using it = await withPeople()
    await addDomain(it.order, { name: 'b.test', nextHop: 'mx:b.test' }, it.site.checkNextHop)
    await it.site.publish()
    await removeDomain(it.order, 'a.test')
    await removeDomain(it.order, 'b.test')
    const { held } = await it.site.publish()
    assert.equal(held.find((each) => each.domain === '*')?.lost, 2)
    assert.deepEqual(await restoreLost(it.order, it.site.snapshots, '*', 'known'), {
      ...{ domains: 2, users: 20, belongings: 0, ...nothingOver },
    })
    assert.deepEqual((await it.site.publish()).held, [])
    assert.equal(it.site.recipientView('u19', 'a.test').kind, 'known')
  })

  test('confirmed: lost domains are gone, and their people known as lost for the grace time', async () => {
    using it = await withPeople()
    for (const name of ['b.test', 'c.test', 'd.test'])
      await addDomain(it.order, { name, nextHop: 'mx:b.test', anyRecipient: true }, it.site.checkNextHop)
    await it.site.publish()
    for (const name of ['a.test', 'b.test']) await removeDomain(it.order, name)
    await it.site.publish()
    assert.equal(it.site.recipientView('u0', 'a.test').kind, 'known')
    await confirmShrink(it.order, guardOf(it), '*', null)
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
