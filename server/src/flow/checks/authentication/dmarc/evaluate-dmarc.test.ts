import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readZone } from '#ground/platform/dns/zone.ts'
import { createZoneResolver } from '#ground/platform/dns/zone-resolver.ts'
import { type DmarcResult, evaluateDmarc, type Identifier } from './evaluate-dmarc.ts'

const policy = (text: string) => ({ TXT: [`v=DMARC1; ${text}`] })
const pass = (domain: string): Identifier => ({ domain, state: 'pass' })
const open = (domain: string): Identifier => ({ domain, state: 'open' })

interface Given {
  readonly zone: Record<string, unknown>
  readonly from: string
  readonly spf?: Identifier
  readonly dkim?: Identifier[]
  readonly sample?: number
}

async function judge({
  zone,
  from,
  spf,
  dkim = [],
  sample = 0,
}: Given): Promise<{ result: DmarcResult; asked: string[] }> {
  const inner = createZoneResolver(readZone(zone))
  const asked: string[] = []
  const resolver: typeof inner = {
    lookup: (name, type) => {
      asked.push(`${type} ${name}`)
      return inner.lookup(name, type)
    },
  }
  const question = { authorDomain: from, spf: spf ?? null, dkim, sample: () => sample }
  return { result: await evaluateDmarc(question, resolver, new AbortController().signal), asked }
}

const reject = { '_dmarc.a.test': policy('p=reject') }

describe('DMARC: alignment', () => {
  const cases: [string, Given, DmarcResult['result']][] = [
    ['no record', { zone: {}, from: 'a.test', spf: pass('a.test') }, 'none'],
    ['nothing passed', { zone: reject, from: 'a.test' }, 'fail'],
    ['SPF of the same domain', { zone: reject, from: 'a.test', spf: pass('a.test') }, 'pass'],
    ['SPF of a subdomain, relaxed', { zone: reject, from: 'a.test', spf: pass('m.a.test') }, 'pass'],
    ['SPF of the parent, relaxed', { zone: reject, from: 'm.a.test', spf: pass('a.test') }, 'pass'],
    ['SPF of a sister, relaxed', { zone: reject, from: 'm.a.test', spf: pass('n.a.test') }, 'pass'],
    [
      'SPF of a subdomain, strict',
      { zone: { '_dmarc.a.test': policy('p=reject; aspf=s') }, from: 'a.test', spf: pass('m.a.test') },
      'fail',
    ],
    [
      'DKIM of a subdomain, strict',
      { zone: { '_dmarc.a.test': policy('p=reject; adkim=s') }, from: 'a.test', dkim: [pass('m.a.test')] },
      'fail',
    ],
    [
      'one signature of several',
      { zone: reject, from: 'a.test', dkim: [pass('x.test'), pass('a.test')] },
      'pass',
    ],
    ['a name that only ends alike', { zone: reject, from: 'a.test', spf: pass('aa.test') }, 'fail'],
    [
      'another domain of a public suffix',
      { zone: { ...reject, '_dmarc.test': policy('p=none; psd=y') }, from: 'a.test', spf: pass('b.test') },
      'fail',
    ],
    [
      'a subdomain that is an organization of its own (psd=n)',
      {
        zone: { ...reject, '_dmarc.m.a.test': policy('p=none; psd=n') },
        from: 'a.test',
        spf: pass('m.a.test'),
      },
      'fail',
    ],
  ]
  for (const [name, given, expected] of cases)
    it(name, async () => assert.equal((await judge(given)).result.result, expected))
})

describe('DMARC: whose policy', () => {
  const cases: [string, Given, Partial<DmarcResult>][] = [
    [
      'the own record',
      { zone: { ...reject, '_dmarc.m.a.test': policy('p=none') }, from: 'm.a.test' },
      { policy: 'none', policyDomain: 'm.a.test' },
    ],
    [
      'sp= below',
      {
        zone: { '_dmarc.a.test': policy('p=reject; sp=quarantine'), 'm.a.test': { A: ['192.0.2.1'] } },
        from: 'm.a.test',
      },
      { policy: 'quarantine' },
    ],
    [
      'np= for names that do not exist',
      { zone: { '_dmarc.a.test': policy('p=none; np=reject') }, from: 'x.a.test' },
      { policy: 'reject' },
    ],
    [
      'p= for names that exist',
      { zone: { '_dmarc.a.test': policy('p=none; np=reject'), 'x.a.test': {} }, from: 'x.a.test' },
      { policy: 'none' },
    ],
    [
      'a name with only a CNAME exists',
      {
        zone: { '_dmarc.a.test': policy('p=none; np=reject'), 'x.a.test': { CNAME: ['gone.test'] } },
        from: 'x.a.test',
      },
      { policy: 'none' },
    ],
    [
      'the public suffix, where nobody else has one',
      { zone: { '_dmarc.test': policy('p=quarantine; psd=y') }, from: 'a.test' },
      { policy: 'quarantine', policyDomain: 'test' },
    ],
    [
      'one level less for t=y',
      { zone: { '_dmarc.a.test': policy('p=reject; t=y') }, from: 'a.test' },
      { policy: 'reject', disposition: 'quarantine' },
    ],
    [
      'within the share of pct=',
      { zone: { '_dmarc.a.test': policy('p=reject; pct=30') }, from: 'a.test', sample: 29 },
      { disposition: 'reject' },
    ],
    [
      'outside the share of pct=',
      { zone: { '_dmarc.a.test': policy('p=reject; pct=30') }, from: 'a.test', sample: 30 },
      { disposition: 'quarantine' },
    ],
  ]
  for (const [name, given, expected] of cases) {
    it(name, async () => {
      const { result } = await judge(given)
      assert.deepEqual({ ...result, ...expected }, result)
    })
  }

  it('walks at most eight names up, however long the name is (RFC 9989, 4.10)', async () => {
    const { asked } = await judge({ zone: {}, from: 'a.b.c.d.e.f.g.h.i.j.k.l.m.test' })
    assert.equal(asked.length, 8)
    assert.equal(asked[1], 'TXT _dmarc.h.i.j.k.l.m.test')
  })

  it('makes a bounded number of walks', async () => {
    const dkim = Array.from({ length: 200 }, (_, index) => pass(`s${index}.a.test`))
    const zone = {
      '_dmarc.a.test': policy('p=reject'),
      ...Object.fromEntries(dkim.map(({ domain }) => [`_dmarc.${domain}`, policy('p=none; psd=n')])),
    }
    const { asked, result } = await judge({ zone, from: 'a.test', dkim })
    assert.ok(asked.length < 40, String(asked.length))
    assert.equal(result.result, 'temperror')
  })
})

describe('DMARC: DNS fails', () => {
  const cases: [string, Given, Partial<DmarcResult>][] = [
    [
      'the record',
      { zone: { '_dmarc.a.test': 'SERVFAIL' }, from: 'a.test' },
      { result: 'temperror', policy: null, atStake: null },
    ],
    [
      'the record, and the own domain passed',
      { zone: { '_dmarc.a.test': 'SERVFAIL' }, from: 'a.test', spf: pass('a.test') },
      { result: 'pass' },
    ],
    [
      'the record, and a subdomain passed',
      { zone: { '_dmarc.a.test': 'SERVFAIL' }, from: 'a.test', spf: pass('m.a.test') },
      { result: 'temperror' },
    ],
    [
      'SPF of an aligned domain',
      { zone: reject, from: 'a.test', spf: open('m.a.test') },
      { result: 'temperror', policy: 'reject', atStake: 'reject' },
    ],
    [
      'SPF of an aligned domain, nothing at stake',
      { zone: { '_dmarc.a.test': policy('p=none') }, from: 'a.test', spf: open('a.test') },
      { result: 'temperror', atStake: 'none' },
    ],
    [
      'SPF of a domain that does not align',
      { zone: reject, from: 'a.test', spf: open('b.test') },
      { result: 'fail' },
    ],
    [
      'SPF, and DKIM passed',
      { zone: reject, from: 'a.test', spf: open('a.test'), dkim: [pass('a.test')] },
      { result: 'pass' },
    ],
    [
      'one signature, and another passed',
      { zone: reject, from: 'a.test', dkim: [open('a.test'), pass('a.test')] },
      { result: 'pass' },
    ],
    [
      'one signature of a foreign domain',
      { zone: reject, from: 'a.test', dkim: [open('x.test')] },
      { result: 'fail' },
    ],
    [
      'above the own record, strict',
      {
        zone: { '_dmarc.a.b.test': policy('p=reject; aspf=s'), '_dmarc.b.test': 'TIMEOUT' },
        from: 'a.b.test',
        spf: pass('b.test'),
      },
      { result: 'fail' },
    ],
    [
      'above the own record, relaxed',
      {
        zone: { '_dmarc.a.b.test': policy('p=reject'), '_dmarc.b.test': 'TIMEOUT' },
        from: 'a.b.test',
        spf: pass('b.test'),
      },
      { result: 'temperror' },
    ],
    [
      'above the own record, another top level',
      {
        zone: { '_dmarc.a.b.test': policy('p=reject'), '_dmarc.b.test': 'TIMEOUT' },
        from: 'a.b.test',
        spf: pass('x.example'),
      },
      { result: 'fail' },
    ],
    [
      'whether the name exists',
      { zone: { '_dmarc.a.test': policy('p=none; np=reject'), 'x.a.test': 'SERVFAIL' }, from: 'x.a.test' },
      { result: 'temperror', policy: null },
    ],
  ]
  for (const [name, given, expected] of cases) {
    it(name, async () => {
      const { result } = await judge(given)
      assert.deepEqual({ ...result, ...expected }, result)
      assert.notEqual(result.result === 'temperror' ? result.disposition : 'none', 'reject')
    })
  }
})
