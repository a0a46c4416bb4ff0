import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAlarms } from '#ground/platform/alarms.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { readZone } from '#ground/platform/dns/zone.ts'
import { createZoneResolver } from '#ground/platform/dns/zone-resolver.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import { domainOf } from '#services/alarms/alarm-scopes.ts'
import { addDomain } from '#services/directory/add-domain.ts'
import { openTestSite } from '../../test-site.ts'
import { checkKey } from './check-keys.ts'
import { type DkimOrder, recordOf } from './dkim-order.ts'
import type { DkimKey } from './dkim-store.ts'
import { makeKey } from './make-key.ts'
import { removeKey } from './remove-key.ts'
import { tendKeys } from './rotate-keys.ts'

const day = 86_400_000

/** A site with a domain, DNS that says what is put into it, and a clock that stands where it is put. */
async function open() {
  const it = openTestSite()
  const { site } = it
  const zone: Record<string, unknown> = {}
  let away = false
  const resolver: Resolver = {
    lookup: async (name, type) =>
      away
        ? { status: 'timeout', reason: 'nobody answers' }
        : createZoneResolver(readZone(zone)).lookup(name, type),
  }
  const clock = { now: () => now }
  let now = 1_800_000_000_000
  const alarms = createAlarms(clock, createSilentLog())
  const order = (): DkimOrder => ({
    ...{ directory: site.directory, dkim: site.dkim, resolver, at: now, who: 'test' },
  })
  await addDomain(it.order, { name: 'one.test', nextHop: 'smtp://127.0.0.1:9' }, () => undefined)
  return {
    ...{ it, site, zone, alarms, order },
    publish: (key: DkimKey) => {
      const { name, value } = recordOf(key)
      // As providers keep what is longer than 255 bytes.
      zone[name] = { TXT: [value.match(/.{1,255}/g)] }
    },
    withdraw: (key: DkimKey) => delete zone[recordOf(key).name],
    setAway: (is: boolean) => {
      away = is
    },
    later: (ms: number) => {
      now += ms
    },
    states: async () => (await site.dkim.keys('one.test')).map((each) => `${each.selector} ${each.state}`),
    tend: () => tendKeys(order(), alarms),
    /** Domains whose tenants hear that a record is missing. */
    told: () => alarms.open().flatMap((each) => (each.name === 'dkim-record' ? [domainOf(each)] : [])),
  }
}

test('a key signs once its record is in DNS, stops where it has gone, and DNS that is away changes nothing', async () => {
  const they = await open()
  using _ = they.it
  const key = await makeKey(they.order(), 'one.test', 'ed25519')
  assert.match(recordOf(key).name, /^mk\d{8}e\._domainkey\.one\.test$/)
  assert.equal(Buffer.from(key.publicKey, 'base64').length, 32)
  const check = async () => {
    const [kept] = await they.site.dkim.keys('one.test')
    const { found, key: next } = await checkKey(they.order(), kept ?? key, 'main')
    return `${found} ${next.state}`
  }
  assert.equal(await check(), 'missing waiting')
  they.zone[recordOf(key).name] = { TXT: ['v=DKIM1; k=ed25519; p=AAAA'] }
  assert.equal(await check(), 'other waiting')
  they.publish(key)
  they.setAway(true)
  assert.equal(await check(), 'unknown waiting')
  they.setAway(false)
  assert.equal(await check(), 'published active')
  they.setAway(true)
  assert.equal(await check(), 'unknown active')
  they.setAway(false)
  they.withdraw(key)
  assert.equal(await check(), 'missing waiting')
  await assert.rejects(makeKey(they.order(), 'one.test', 'ed25519'), /waits for its record/)
  await assert.rejects(makeKey(they.order(), 'two.test', 'rsa'), /no domain two\.test/)
})

test('after 180 days a new key is asked for; the old one signs until then, and stays in DNS for twelve days', async () => {
  const they = await open()
  using _ = they.it
  const first = await makeKey(they.order(), 'one.test', 'rsa')
  they.publish(first)
  assert.equal(await they.tend(), true, 'the flow has to know')
  assert.deepEqual(await they.states(), [`${first.selector} active`])
  they.later(179 * day)
  assert.equal(await they.tend(), false)
  assert.equal((await they.states()).length, 1)
  they.later(2 * day)
  await they.tend()
  const second = (await they.site.dkim.keys('one.test'))[1]
  assert(second)
  assert.deepEqual(await they.states(), [`${first.selector} active`, `${second.selector} waiting`])
  assert.deepEqual(they.told(), ['one.test'])
  they.later(day)
  assert.equal(await they.tend(), false, 'no third one while the second waits')
  they.publish(second)
  assert.equal(await they.tend(), true)
  assert.deepEqual(await they.states(), [`${first.selector} retired`, `${second.selector} active`])
  assert.deepEqual(they.told(), [])
  they.later(13 * day)
  await they.tend()
  assert.deepEqual(await they.states(), [`${second.selector} active`])
})

test('a record that has gone is an alarm until it is back', async () => {
  const they = await open()
  using _ = they.it
  const key = await makeKey(they.order(), 'one.test', 'ed25519')
  await they.tend()
  assert.deepEqual(they.told(), [], 'whoever made it has just seen its record')
  they.publish(key)
  await they.tend()
  they.withdraw(key)
  they.later(3_600_001)
  assert.equal(await they.tend(), true)
  assert.deepEqual(they.told(), ['one.test'])
  they.publish(key)
  await they.tend()
  assert.deepEqual(they.told(), [])
  they.withdraw(key)
  they.later(3_600_001)
  await they.tend()
  assert.deepEqual(they.told(), ['one.test'])
  await removeKey(they.order(), 'one.test', key.selector)
  assert.deepEqual(await they.states(), [])
  await they.tend()
  assert.deepEqual(they.told(), [], 'nobody waits for the record of a key that is no more')
})

test('the private key is in no row and in no line of the audit log as it is', async () => {
  const they = await open()
  using _ = they.it
  const key = await makeKey(they.order(), 'one.test', 'ed25519')
  const rows = JSON.stringify(
    ['dkim_keys', 'changes'].map((table) => they.it.stores.database.prepare(`SELECT * FROM ${table}`).all()),
  )
  const secret = key.privateKey.split('\n')[1] ?? assert.fail('no key')
  assert.equal(rows.includes(secret), false)
  assert.equal((await they.site.dkim.keys(null))[0]?.privateKey, key.privateKey)
})

test('the domain of the site itself has keys, for who has all of the site alone, and they are tended too', async () => {
  const they = await open()
  using _ = they.it
  const order = { ...they.order(), ownDomain: 'mx.site.test' }
  const key = await makeKey(order, 'MX.site.test', 'ed25519')
  const inReach = { ...order, reach: { tenant: () => true, domain: () => true } }
  await assert.rejects(makeKey(inReach, 'mx.site.test', 'rsa'), /there is no domain/)
  await assert.rejects(makeKey(they.order(), 'mx.site.test', 'rsa'), /there is no domain/)
  they.publish(key)
  await tendKeys(order, they.alarms)
  assert.deepEqual(
    (await they.site.dkim.keys('mx.site.test')).map((each) => each.state),
    ['active'],
  )
})
