import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readZone } from '#ground/platform/dns/zone.ts'
import { createZoneResolver } from '#ground/platform/dns/zone-resolver.ts'
import { evaluateSpf, type SpfQuestion, type SpfResult } from './evaluate-spf.ts'

const question: SpfQuestion = {
  ip: '192.0.2.5',
  helo: 'mx.a.test',
  mailFrom: 'joe@a.test',
  receiver: 'mx.here.test',
  nowSeconds: 1_700_000_000,
  timeMs: 10_000,
}

function evaluate(
  record: string,
  zone: Record<string, unknown> = {},
  more: Partial<SpfQuestion> = {},
): Promise<SpfResult> {
  const resolver = createZoneResolver(readZone({ 'a.test': { TXT: [record], A: ['192.0.2.5'] }, ...zone }))
  return evaluateSpf({ ...question, ...more }, resolver, new AbortController().signal)
}

describe('SPF: mechanisms', () => {
  const cases: [string, string, Record<string, unknown>, string][] = [
    ['ip4', 'v=spf1 ip4:192.0.2.0/24 -all', {}, 'pass'],
    ['ip4 of another network', 'v=spf1 ip4:192.0.2.0/30 -all', {}, 'fail'],
    ['ip4 of every network', 'v=spf1 -ip4:0.0.0.0/0', {}, 'fail'],
    ['a of the domain', 'v=spf1 a -all', {}, 'pass'],
    ['a with a prefix', 'v=spf1 a:b.test/24 -all', { 'b.test': { A: ['192.0.2.200'] } }, 'pass'],
    [
      'mx',
      'v=spf1 mx -all',
      {
        'a.test': { TXT: ['v=spf1 mx -all'], MX: [{ preference: 1, exchange: 'm.test' }] },
        'm.test': { A: ['192.0.2.5'] },
      },
      'pass',
    ],
    [
      'ptr',
      'v=spf1 ptr -all',
      { '5.2.0.192.in-addr.arpa': { PTR: ['h.a.test'] }, 'h.a.test': { A: ['192.0.2.5'] } },
      'pass',
    ],
    [
      'ptr that the address does not confirm',
      'v=spf1 ptr -all',
      { '5.2.0.192.in-addr.arpa': { PTR: ['h.a.test'] }, 'h.a.test': { A: ['192.0.2.6'] } },
      'fail',
    ],
    [
      'exists',
      'v=spf1 exists:%{ir}.%{l}.x.test -all',
      { '5.2.0.192.joe.x.test': { A: ['127.0.0.2'] } },
      'pass',
    ],
    [
      'include that passes',
      'v=spf1 include:b.test -all',
      { 'b.test': { TXT: ['v=spf1 ip4:192.0.2.5 -all'] } },
      'pass',
    ],
    ['include that fails', 'v=spf1 include:b.test ~all', { 'b.test': { TXT: ['v=spf1 -all'] } }, 'softfail'],
    ['include of nothing', 'v=spf1 include:b.test ~all', {}, 'permerror'],
    ['redirect', 'v=spf1 redirect=b.test', { 'b.test': { TXT: ['v=spf1 ?all'] } }, 'neutral'],
    ['redirect to nothing', 'v=spf1 redirect=b.test', {}, 'permerror'],
    ['redirect to itself', 'v=spf1 redirect=a.test', {}, 'permerror'],
    ['nothing matches', 'v=spf1 ip4:203.0.113.1', {}, 'neutral'],
    ['two records', '', { 'a.test': { TXT: ['v=spf1 -all', 'v=spf1 +all'] } }, 'permerror'],
    ['no record', 'hello', {}, 'none'],
    ['a version that only begins alike', 'v=spf10 -all', {}, 'none'],
    ['an error behind a match', 'v=spf1 ip4:192.0.2.5 ip4:junk -all', {}, 'permerror'],
    ['a tab between terms', 'v=spf1 ip4:192.0.2.5\t-all', {}, 'permerror'],
    ['unknown modifiers', 'v=spf1 moo=%{d} ip4:192.0.2.5 -all', {}, 'pass'],
    ['a modifier twice', 'v=spf1 redirect=b.test redirect=c.test', {}, 'permerror'],
    [
      'eleven terms that ask',
      `v=spf1 ${'a:b.test '.repeat(11)}-all`,
      { 'b.test': { A: ['203.0.113.1'] } },
      'permerror',
    ],
    ['three look-ups that find nothing', 'v=spf1 a:x1.test a:x2.test a:x3.test -all', {}, 'permerror'],
    ['DNS fails', 'v=spf1 a:b.test -all', { 'b.test': 'SERVFAIL' }, 'temperror'],
    ['DNS fails behind a match', 'v=spf1 ip4:192.0.2.5 a:b.test -all', { 'b.test': 'SERVFAIL' }, 'pass'],
    ['DNS fails for a pointer only', 'v=spf1 ptr ~all', { '5.2.0.192.in-addr.arpa': 'TIMEOUT' }, 'softfail'],
  ]
  for (const [name, record, zone, result] of cases)
    it(name, async () => assert.equal((await evaluate(record, zone)).result, result))
})

describe('SPF: who is asked about', () => {
  it('compares IPv6, and IPv4 in IPv6 form as IPv4', async () => {
    assert.equal(
      (await evaluate('v=spf1 ip6:2001:db8::/32 -all', {}, { ip: '2001:DB8:0:0::5' })).result,
      'pass',
    )
    assert.equal(
      (await evaluate('v=spf1 ip6:2001:db8::/33 -all', {}, { ip: '2001:db8:8000::' })).result,
      'fail',
    )
    assert.equal((await evaluate('v=spf1 ip4:192.0.2.5 -all', {}, { ip: '::ffff:192.0.2.5' })).result, 'pass')
    assert.equal((await evaluate('v=spf1 -all', {}, { ip: 'unknown' })).result, 'none')
  })

  it('asks about the HELO name for bounces, and about postmaster where there is no local part', async () => {
    const zone = {
      'mx.a.test': { TXT: ['v=spf1 exists:%{l}.x.test -all'] },
      'postmaster.x.test': { A: ['127.0.0.2'] },
    }
    const bounce = await evaluate('', zone, { mailFrom: '' })
    assert.deepEqual([bounce.result, bounce.identity, bounce.domain], ['pass', 'helo', 'mx.a.test'])
    assert.equal(
      (await evaluate('v=spf1 exists:%{l}.x.test -all', zone, { mailFrom: '@a.test' })).result,
      'pass',
    )
  })

  it('has no answer for what is no domain', async () => {
    for (const mailFrom of [
      'joe@localhost',
      'joe@[192.0.2.5]',
      'joe@a..test',
      `joe@${'a'.repeat(64)}.test`,
    ]) {
      assert.equal((await evaluate('v=spf1 +all', {}, { mailFrom })).result, 'none', mailFrom)
    }
  })

  it('is a temperror when its time is over, whatever the record would say', async () => {
    const { result, reason } = await evaluate('v=spf1 +all', {}, { timeMs: -1 })
    assert.deepEqual([result, reason], ['temperror', 'the time for the check is over'])
  })

  it('asks for A-labels (RFC 8616)', async () => {
    const zone = { 'xn--bcher-kva.test': { TXT: ['v=spf1 +all'] } }
    assert.equal((await evaluate('', zone, { mailFrom: 'joe@b\u00fccher.test' })).result, 'pass')
  })
})

describe('SPF: macros and explanations', () => {
  const explain = async (text: string, more: Partial<SpfQuestion> = {}) =>
    (await evaluate('v=spf1 -all exp=why.test', { 'why.test': { TXT: [text] } }, more)).explanation
  const cases: [string, string][] = [
    ['%{s} %{l} %{o} %{d} %{h}', 'joe@a.test joe a.test a.test mx.a.test'],
    ['%{i} %{c} %{v} %{r} %{t}', '192.0.2.5 192.0.2.5 in-addr mx.here.test 1700000000'],
    ['%{dr} %{d1} %{i2r} %{p}', 'test.a test 0.192 unknown'],
    ['%%%_%-', '% %20'],
    ['%{S}', 'joe%40a.test'],
  ]
  for (const [text, expected] of cases) it(text, async () => assert.equal(await explain(text), expected))

  it('parts at other signs', async () => {
    assert.equal(await explain('%{l-} %{lr-} %{l1r-}', { mailFrom: 'joe-x-y@a.test' }), 'joe.x.y y.x.joe joe')
  })

  it('shows IPv6 by nibbles and in short form', async () => {
    assert.equal(await explain('%{c} %{v}', { ip: '2001:DB8:0::CB01' }), '2001:db8::cb01 ip6')
    assert.match((await explain('%{i}', { ip: '2001:db8::cb01' })) ?? '', /^2\.0\.0\.1\.0\.D\.B\.8\.0\./)
  })

  it('takes labels off the left of a name that is too long, and expands no endless text', async () => {
    const long = { mailFrom: `${'abc.'.repeat(70)}z@a.test` }
    const kept = `${'abc.'.repeat(61)}z.x.test`
    assert.ok(kept.length <= 253 && kept.length > 240)
    assert.equal(
      (await evaluate('v=spf1 exists:%{l}.x.test -all', { [kept]: { A: ['127.0.0.2'] } }, long)).result,
      'pass',
    )
    assert.equal((await evaluate(`v=spf1 exists:${'%{s}'.repeat(5000)}.x.test -all`)).result, 'permerror')
    assert.equal(await explain('%{s}'.repeat(5000)), null)
  })

  it('says nothing where the text is missing, several or broken', async () => {
    for (const entry of [{}, { TXT: ['a', 'b'] }, { TXT: ['%{x}'] }, { TXT: ['caf\u00e9'] }, 'SERVFAIL']) {
      assert.equal((await evaluate('v=spf1 -all exp=why.test', { 'why.test': entry })).explanation, null)
    }
  })
})
