import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { lookUpMx } from './mx-lookup.ts'
import { parseNextHop } from './next-hop.ts'
import { findTargets, type RouteOptions } from './route.ts'

const addresses: Readonly<Record<string, readonly string[]>> = {
  'inner.example': ['10.0.0.5'],
  'mixed.example': ['10.0.0.5', '8.8.4.4'],
  'plain.example': ['8.8.8.8'],
}

const resolver = {
  async lookup(name: string, type: string) {
    if (type === 'MX') return { status: 'found', records: [{ preference: 1, exchange: 'inner.example' }] }
    const records = type === 'A' ? addresses[name] : undefined
    return records ? { status: 'found', records } : { status: 'nodata' }
  },
} as unknown as Resolver

const options: RouteOptions = {
  routes: { nextHopOf: () => null },
  resolver,
  own: { isOurName: () => false, isOurPort: () => false, isOurAddress: () => false },
  mxPort: 25,
}

const find = async (text: string) => {
  const hop = parseNextHop(text)
  assert.notEqual(hop.kind, 'maildir')
  return (await findTargets(hop as never, options)).map(({ ip }) => ip)
}

test('a next hop that a customer has chosen leads to the internet alone, whatever its name means by now', async () => {
  assert.deepEqual(await find('smtp://plain.example?reach=outside'), ['8.8.8.8'])
  assert.deepEqual(await find('smtp://mixed.example:2525?tls=never&reach=outside'), ['8.8.4.4'])
  for (const hop of ['smtp://inner.example:22?reach=outside', 'mx:plain.example?reach=outside'])
    await assert.rejects(find(hop), { code: 'delivery-fault', kind: 'dns', message: /inner network/ }, hop)
})

test('a domain that was added a moment ago, and that nobody else knows, waits for its route', async () => {
  const nobody = { lookup: async () => ({ status: 'nxdomain' }) } as unknown as Resolver
  const hop = parseNextHop('mx:new.example')
  const lookUp = (nextHopNow: () => Promise<string | null>, known: string | null) =>
    findTargets(hop as never, {
      ...options,
      resolver: nobody,
      routes: { nextHopOf: () => known, nextHopNow },
    })
  const own = 'mx:new.example?tls=verify'
  for (const [now, known, kind] of [
    [async () => 'smtp://10.0.0.5', null, 'route-to-come'],
    [() => Promise.reject(new Error('the store is away')), null, 'route-to-come'],
    [async () => null, null, 'no-such-domain'],
    // What the snapshot has already will not change by waiting, though somebody chose MX by hand.
    [async () => own, own, 'no-such-domain'],
    [async () => 'smtp://10.0.0.5', 'smtp://10.0.0.5', 'no-such-domain'],
    [async () => own, 'smtp://10.0.0.5', 'route-to-come'],
  ] as const)
    await assert.rejects(lookUp(now, known), { code: 'delivery-fault', kind })
})

test('servers whose names are none are passed over', async () => {
  const exchanges = ['mx\0.bad.example', 'a b.example', 'x\r\n.example', '', 'mx_1.good.example', '8.8.8.8']
  const asked: string[] = []
  const mx = {
    async lookup(name: string, type: string) {
      asked.push(name)
      if (type === 'MX')
        return { status: 'found', records: exchanges.map((exchange) => ({ preference: 1, exchange })) }
      return type === 'A' ? { status: 'found', records: ['8.8.4.4'] } : { status: 'nodata' }
    },
  } as unknown as Resolver
  const found = await lookUpMx('far.example', mx)
  assert.deepEqual(found.map(({ host }) => host).toSorted(), ['8.8.8.8', 'mx_1.good.example'])
  assert.deepEqual([...new Set(asked)].toSorted(), ['far.example', 'mx_1.good.example'])
})

test('the operator leads mail wherever he likes', async () => {
  assert.deepEqual(await find('smtp://inner.example'), ['10.0.0.5'])
  assert.deepEqual(await find('mx:plain.example'), ['10.0.0.5'])
})
