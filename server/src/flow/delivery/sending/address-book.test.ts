import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createAlarms } from '#ground/platform/alarms.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import { AddressBook } from './address-book.ts'
import type { Pool, SendingAddress } from './sending-address.ts'
import type { AddressListing, KeptAddress } from './sending-store.ts'

const address = (ip: string, pool: Pool = 'outbound', more: Partial<SendingAddress> = {}): KeptAddress => ({
  ...{ ip, pool, helo: 'a.test', state: 'active', warmUp: null, addedAt: 0, addedBy: 'test', ...more },
})

function open(settings: Record<Pool, SendingAddress[]> = { inbound: [], outbound: [] }) {
  const kept: KeptAddress[] = []
  const listings: AddressListing[] = []
  const missing = new Set<string>()
  const alarms = createAlarms({ now: () => 0 }, createSilentLog())
  let leavesListed = false
  let isAway = false
  let now = 0
  const book = new AddressBook({
    store: {
      addresses: async () => {
        if (isAway) throw new Error('away')
        return kept
      },
      listings: async () => listings,
    },
    settings,
    leavesListed: () => leavesListed,
    probe: async (ip) => (missing.has(ip) ? 'EADDRNOTAVAIL' : null),
    alarms,
    now: () => now,
  })
  return {
    ...{ book, kept, listings, missing },
    alarms: () => alarms.open().map(({ name, subject }) => `${name} ${subject}`),
    set: (what: { leavesListed?: boolean; isAway?: boolean; now?: number }) => {
      now = what.now ?? now
      leavesListed = what.leavesListed ?? leavesListed
      isAway = what.isAway ?? isAway
    },
    async ips(pool: Pool = 'outbound') {
      await book.look()
      return book.of(pool).map((each) => each.ip)
    },
  }
}

describe('AddressBook', () => {
  it('has those of the settings until there is one of the pool in the store, and again when there is none', async () => {
    const { kept, ips, book } = open({ inbound: [address('i', 'inbound')], outbound: [address('s')] })
    assert.deepEqual(
      book.of('outbound').map((each) => each.ip),
      ['s'],
      'before the first look',
    )
    kept.push(address('a'), address('b', 'outbound', { state: 'resting' }))
    assert.deepEqual(await ips(), ['a'])
    assert.deepEqual(await ips('inbound'), ['i'])
    kept.splice(0)
    assert.deepEqual(await ips(), ['s'])
    kept.push(address('s', 'inbound'))
    assert.deepEqual(await ips(), [], 'an address serves one pool')
  })

  it('leaves out what is not on this machine, with an alarm, as long as another one is', async () => {
    const { kept, missing, ips, alarms } = open()
    kept.push(address('a'), address('b'))
    missing.add('a')
    assert.deepEqual(await ips(), ['b'])
    assert.deepEqual(alarms(), ['address-missing a'])
    missing.add('b')
    assert.deepEqual(await ips(), ['a', 'b'], 'mail waits then; it never leaves by an address of nobody')
    missing.clear()
    await ips()
    assert.deepEqual(alarms(), [])
  })

  it('leaves out what a blocklist lists only where the operator says so, and never the last one', async () => {
    const { kept, listings, ips, set } = open()
    kept.push(address('a'), address('b'))
    const listing = { zone: 'bl.test', state: 'listed', text: '', since: 0, checkedAt: 0 } as const
    listings.push({ ...listing, ip: 'a' })
    assert.deepEqual(await ips(), ['a', 'b'])
    set({ leavesListed: true })
    assert.deepEqual(await ips(), ['b'])
    set({ now: 4 * 3_600_000 })
    assert.deepEqual(await ips(), ['a', 'b'], 'what it said so long ago')
    set({ now: 0 })
    listings.push({ ...listing, ip: 'b' })
    assert.deepEqual(await ips(), ['a', 'b'])
  })

  it('goes on with what it had while the store is away', async () => {
    const { kept, ips, book, set } = open()
    kept.push(address('a'))
    await ips()
    set({ isAway: true })
    await assert.rejects(book.look())
    assert.equal(book.of('outbound')[0]?.ip, 'a')
  })
})
