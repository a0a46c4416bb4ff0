import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readZone } from '#ground/platform/dns/zone.ts'
import { createZoneResolver } from '#ground/platform/dns/zone-resolver.ts'
import { checkDomain } from './check-domain.ts'
import { domainRecords } from './domain-records.ts'

const platform = { host: 'mail.example.net', mtaSts: { mode: 'enforce', maxAgeMs: 604_800_000 } } as const

function check(zone: object) {
  return checkDomain('example.com', {
    platform,
    resolver: createZoneResolver(readZone(zone)),
    certificatePath: '/nowhere/certificate.pem',
  })
}

const [, , sts] = domainRecords('example.com', platform, null)
const complete = {
  'example.com': { MX: [{ preference: 10, exchange: 'example-com.in.mail.example.net' }] },
  'example-com.in.mail.example.net': { AAAA: ['2001:db8::1'] },
  '_mta-sts.example.com': { TXT: [sts?.value.slice(1, -1)] },
  'mta-sts.example.com': { CNAME: ['mail.example.net'] },
  '_smtp._tls.example.com': { TXT: ['v=TLSRPTv1; rua=mailto:tls-reports@mail.example.net'] },
  'mail.example.net': { A: ['192.0.2.1'] },
}

async function states(zone: object): Promise<Record<string, string>> {
  return Object.fromEntries((await check(zone)).records.map((each) => [each.type + each.name, each.state]))
}

describe('records of a domain', () => {
  test('all there', async () => {
    const found = await check(complete)
    assert.equal(found.complete, true)
    assert.equal(
      found.policy.text,
      'version: STSv1\r\nmode: enforce\r\nmx: example-com.in.mail.example.net\r\nmax_age: 604800\r\n',
    )
  })

  test('an empty zone misses every one', async () => {
    const found = await check({})
    assert.equal(found.complete, false)
    assert.deepEqual([...new Set(found.records.map((each) => each.state))], ['missing'])
  })

  test('a second MX differs: mail would go past us', async () => {
    const mx = [...complete['example.com'].MX, { preference: 20, exchange: 'old.example.com' }]
    assert.equal((await states({ ...complete, 'example.com': { MX: mx } }))['MXexample.com'], 'differs')
  })

  test('trouble of DNS is unknown, never missing', async () => {
    const found = await states({ ...complete, 'example.com': 'SERVFAIL', '_mta-sts.example.com': 'TIMEOUT' })
    assert.equal(found['MXexample.com'], 'unknown')
    assert.equal(found['TXT_mta-sts.example.com'], 'unknown')
  })

  test('the key of the certificate is proposed for the name that others connect to', () => {
    const tlsa = domainRecords('a-b.example.com', platform, 'ab12').at(-1)
    assert.deepEqual(
      [tlsa?.name, tlsa?.value],
      ['_25._tcp.a-b-example-com.in.mail.example.net', '3 1 1 ab12'],
    )
  })
})
