import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { KeptAddress } from '#flow/delivery/sending/sending-store.ts'
import { limitOf, volumeOf } from '#flow/delivery/sending/warm-up.ts'
import { createAlarms } from '#ground/platform/alarms.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { readZone } from '#ground/platform/dns/zone.ts'
import { createZoneResolver } from '#ground/platform/dns/zone-resolver.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import { openTestSite } from '../../test-site.ts'
import { addAddress } from './add-address.ts'
import { askBlocklists } from './ask-blocklists.ts'
import { changeAddress, removeAddress } from './change-address.ts'
import { listAddresses } from './list-addresses.ts'
import type { SendingOrder } from './sending-order.ts'
import { showAddress } from './show-address.ts'

const zone = {
  '5.2.0.192.in-addr.arpa': { PTR: ['mx.one.test'] },
  'mx.one.test': { A: ['192.0.2.5'] },
}
const fromSettings = {
  ip: '192.0.2.9',
  helo: 'set.test',
  pool: 'outbound',
  state: 'active',
  warmUp: null,
} as const

function open() {
  const it = openTestSite()
  const order: SendingOrder = {
    ...it.order,
    sending: it.site.sending.sending,
    settings: { inbound: [], outbound: [fromSettings] },
    allowedOf: (plan, days, now) => limitOf(plan, volumeOf(plan, days), now),
    whyNotOwn: async (ip) => (ip.startsWith('192.0.2.') || ip.includes(':') ? null : 'EADDRNOTAVAIL'),
    resolver: createZoneResolver(readZone(zone)),
  }
  const add = (ip: string, more: object = {}) =>
    addAddress(order, { ip, pool: 'outbound', helo: 'mx.one.test', warmUp: null, ...more })
  return { it, order, add, ips: async () => (await order.sending.addresses()).map((each) => each.ip) }
}

describe('addresses that mail leaves by', () => {
  test('the first of a pool takes over those of the settings; names that do not agree in DNS are told', async () => {
    const { it, order, add, ips } = open()
    using _ = it
    const { warnings } = await add('192.0.2.5')
    assert.deepEqual(await ips(), ['192.0.2.5', '192.0.2.9'])
    assert.deepEqual(warnings, ['1 addresses of the settings were taken over; they do not count any more'])
    const other = await add('192.0.2.6', { helo: 'MX.one.test' })
    assert.match(
      other.warnings.join('; '),
      /192\.0\.2\.6 has no reverse name.*mx\.one\.test does not lead to/,
    )
    assert.deepEqual(
      (await listAddresses(order)).map((each) => `${each.ip} ${each.from} ${each.helo}`),
      ['192.0.2.5 store mx.one.test', '192.0.2.6 store mx.one.test', '192.0.2.9 store set.test'],
    )
  })

  test('one that grows says day by day what it carried, and what its plan allows at each receiver', async () => {
    const { it, order, add } = open()
    using _ = it
    await add('192.0.2.5', { warmUp: { start: 10, growth: 0.5, full: 40 } })
    const day = (days: number) => new Date(order.at + days * 86_400_000).toISOString().slice(0, 10)
    const line = (days: number, receiver: string, taken: number, deferred = 0) => ({
      ...{ day: day(days), ip: '192.0.2.5', receiver },
      counts: { taken, deferred, slow: 0, listed: 0, judged: 0 },
    })
    await order.sending.addCounts([
      ...[line(0, 'big.test', 10), line(0, 'small.test', 1), line(1, 'big.test', 14, 1)],
      ...[line(2, 'big.test', 22), line(2, 'small.test', 1), line(3, 'big.test', 7)],
    ])
    const shown = await showAddress({ ...order, at: order.at + 3 * 86_400_000 }, '192.0.2.5')
    assert.deepEqual(
      shown.days.map(({ day, receivers, counts }) => [day, receivers, counts.taken, counts.deferred]),
      [
        [day(0), 2, 11, 0],
        [day(1), 1, 14, 1],
        [day(2), 2, 23, 0],
        [day(3), 1, 7, 0],
      ],
    )
    assert.deepEqual(shown.growth, [
      { receiver: 'big.test', allowed: 33, today: 7 },
      { receiver: 'small.test', allowed: 10, today: 0 },
    ])
    const warm = await showAddress({ ...order, at: order.at + 61 * 86_400_000 }, '192.0.2.5')
    assert.deepEqual(warm.growth[0], { receiver: 'big.test', allowed: null, today: 0 })
    await assert.rejects(showAddress(order, '192.0.2.77'), { code: 'not-found' })
  })

  test('what is no address of this machine, is there already or serves the other pool is not taken', async () => {
    const { it, add, ips } = open()
    using _ = it
    await assert.rejects(add('10.0.0.1'), /10\.0\.0\.1 is not on this machine \(EADDRNOTAVAIL\)/)
    for (const wrong of ['0.0.0.0', '::', 'mx.one.test', ''])
      await assert.rejects(add(wrong), /no IP address/)
    await assert.rejects(add('192.0.2.5', { helo: 'not a name' }), /no host name/)
    await assert.rejects(add('192.0.2.5', { warmUp: { start: 0 } }), /starts with 1/)
    await assert.rejects(add('192.0.2.5', { warmUp: { start: 50, full: 10 } }), /full volume/)
    await assert.rejects(add('192.0.2.9', { pool: 'inbound' }), /the settings use 192\.0\.2\.9 for outbound/)
    await add('2001:db8::5', { pool: 'inbound' })
    await assert.rejects(add('2001:db8::5'), /is there already/)
    assert.deepEqual(await ips(), ['2001:db8::5'])
  })

  test('one rests, and works again; the last one that works can neither rest nor leave the others alone', async () => {
    const { it, order, add, ips } = open()
    using _ = it
    await add('192.0.2.5', { warmUp: { start: 10, growth: 0.5 } })
    await changeAddress(order, '192.0.2.9', { state: 'resting' })
    await assert.rejects(changeAddress(order, '192.0.2.5', { state: 'resting' }), /last outbound address/)
    await assert.rejects(removeAddress(order, '192.0.2.5'), /last outbound address/)
    const { address } = await changeAddress(order, '192.0.2.5', { warmUp: null, helo: 'new.test' })
    assert.deepEqual([address.warmUp, address.helo, address.state], [null, 'new.test', 'active'])
    await changeAddress(order, '192.0.2.9', { state: 'active' })
    await removeAddress(order, '192.0.2.5')
    await removeAddress(order, '192.0.2.9')
    assert.deepEqual(await ips(), [])
    await assert.rejects(removeAddress(order, '192.0.2.9'), /no sending address/)
    await assert.rejects(changeAddress(order, '192.0.2.9', { state: 'active' }), /no sending address/)
    const noted = it.stores.database
      .prepare("SELECT what FROM changes WHERE what LIKE 'sending-%' ORDER BY id")
      .all() as { what: string }[]
    assert.deepEqual(
      noted.map(({ what }) => what.replace('sending-address-', '')),
      ['taken-over', 'added', 'changed', 'changed', 'changed', 'removed', 'removed'],
    )
  })
})

describe('blocklists are asked about our addresses', () => {
  function openLists() {
    const it = openTestSite()
    const { sending } = it.site.sending
    const names: Record<string, unknown> = { '2.0.0.127.bl.test': { A: ['127.0.0.2'] } }
    const alarms = createAlarms({ now: () => now }, createSilentLog())
    let now = 1000
    let away = false
    const resolver: Resolver = {
      lookup: async (name, type) =>
        away
          ? { status: 'timeout', reason: 'nobody answers' }
          : createZoneResolver(readZone(names)).lookup(name, type),
    }
    const address: KeptAddress = { ...fromSettings, ip: '192.0.2.5', addedAt: 0, addedBy: 'test' }
    const parts = { sending, resolver, alarms, zones: () => zones, settings: () => [], now: () => now }
    let zones = ['bl.test']
    return {
      ...{ it, names },
      begin: () => sending.putAddress(address),
      set: (what: { away?: boolean; zones?: string[] }) => {
        away = what.away ?? away
        zones = what.zones ?? zones
      },
      async ask() {
        now += 300_000
        await askBlocklists(parts)
        const [found] = await sending.listings()
        return `${found?.state} since ${found?.since}: ${found?.text}`
      },
      alarms: () => alarms.open().map(({ text }) => text),
    }
  }

  test('one that lists us is an alarm until it does not; silence changes nothing', async () => {
    const they = openLists()
    using _ = they.it
    await they.begin()
    assert.equal(await they.ask(), 'clear since 301000: ')
    they.names['5.2.0.192.bl.test'] = { A: ['127.0.0.3'], TXT: [['see bl.test/why']] }
    assert.equal(await they.ask(), 'listed since 601000: 127.0.0.3 see bl.test/why')
    assert.deepEqual(they.alarms(), ['bl.test lists our address 192.0.2.5: 127.0.0.3 see bl.test/why'])
    they.set({ away: true })
    assert.equal(await they.ask(), 'listed since 601000: it does not answer')
    assert.equal(they.alarms().length, 1)
    they.set({ away: false })
    delete they.names['5.2.0.192.bl.test']
    assert.equal(await they.ask(), 'clear since 1201000: ')
    assert.deepEqual(they.alarms(), [])
  })

  test('a list that lists everything, refuses us or has ended lists nothing; one not asked any more is no alarm', async () => {
    const they = openLists()
    using _ = they.it
    await they.begin()
    they.names['5.2.0.192.bl.test'] = { A: ['127.255.255.254'] }
    assert.match(await they.ask(), /^unknown .*127\.255\.255\.254, which lists nothing/)
    they.names['5.2.0.192.bl.test'] = { A: ['127.0.0.2'] }
    they.names['1.0.0.127.bl.test'] = { A: ['127.0.0.2'] }
    assert.match(await they.ask(), /lists everything/)
    delete they.names['1.0.0.127.bl.test']
    delete they.names['2.0.0.127.bl.test']
    assert.match(await they.ask(), /does not list its test entry/)
    assert.deepEqual(they.alarms(), [])
    they.names['2.0.0.127.bl.test'] = { A: ['127.0.0.2'] }
    await they.ask()
    assert.equal(they.alarms().length, 1)
    they.set({ zones: [] })
    await they.ask()
    assert.deepEqual(they.alarms(), [])
  })
})
