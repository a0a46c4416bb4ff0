import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createOfflineResolver } from '#ground/platform/dns/offline-resolver.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { checkReply } from './check-reply.ts'
import { type CheckResult, fault, judged, passed, unknown } from './check-result.ts'
import { lookAtDomain } from './look-at-domain.ts'
import type { LookParts } from './look-parts.ts'
import type { RadarReply } from './radar-store.ts'
import { isRefusalProof, refusalProof } from './refuse-tests.ts'
import { scoreOf } from './score.ts'
import { standOf } from './stand-of-test.ts'
import { newTest, newToken, readTarget } from './start-test.ts'

const silent: Resolver = { lookup: async () => ({ status: 'timeout', reason: 'nobody answers' }) }

function partsWith(resolver: Resolver, more: Partial<LookParts> = {}): LookParts {
  return {
    resolver,
    validates: false,
    spfOf: async () => ({ result: 'softfail', reason: null, terms: 1, voids: 0 }),
    dmarcOf: async () => ({ result: 'none', policy: null, policyDomain: null, reason: null }),
    stsOf: async () => ({ policy: null, text: '', fault: null }),
    namesServer: () => true,
    mxOf: async () => [{ host: 'mx.a.example', ip: '10.0.0.1', isProven: false }],
    addressesOf: async () => ['10.0.0.2'],
    lookAt: () => assert.fail('a private address was contacted'),
    mayReach: (ip) => !ip.startsWith('10.'),
    listed: async () => ({ listed: [], asked: 0 }),
    ownDomain: async () => null,
    host: 'mx.site.example',
    now: () => 0,
    ...more,
  }
}

const reply = (more: Partial<RadarReply>): RadarReply => ({
  ...{ at: 1, kind: 'reply', mailFrom: 'a@a.example', author: 'a@a.example', ip: '192.0.2.9', helo: 'x' },
  ...{ tls: 'TLSv1.3 X', spf: { result: 'pass', domain: 'a.example' }, dkim: [], dmarc: null, hops: [] },
  ...more,
})

describe('radar', () => {
  test('the score takes each kind of fault off once, and nothing for what is unknown', () => {
    const old = fault('tls-old', 'x', 'y')
    assert.equal(scoreOf([judged('tls', [old, old], ''), unknown('dane', ''), passed('mx', '')]), 97)
    assert.equal(scoreOf([unknown('mx', ''), unknown('spf', '')]), null)
    const all = (['mail-refused', 'mx-missing', 'spf-missing', 'dmarc-missing'] as const).map((each) =>
      fault(each, '', ''),
    )
    assert.equal(scoreOf([judged('mx', all, '')]), 0)
  })

  test('nothing private is contacted, whatever names lead to', async () => {
    const found = await lookAtDomain(
      'a.example',
      'x@a.example',
      5000,
      partsWith(createOfflineResolver({ 'a.example': { TXT: ['v=spf1 mx ~all'] } })),
    )
    const mx = found.find((each) => each.check === 'mx')
    assert.deepEqual(
      mx?.faults.map(({ code }) => code),
      ['mx-address'],
    )
    for (const name of ['tls', 'certificate', 'reverse-dns', 'blocklists'])
      assert.equal(found.find((each) => each.check === name)?.state, 'unknown', name)
  })

  test('DNS that does not answer counts nothing, and a check that hangs is unknown', async () => {
    const never = new Promise<never>(() => undefined)
    const trouble = Object.assign(new Error('the MX could not be looked up'), { kind: 'dns' })
    const parts = partsWith(silent, {
      mxOf: () => Promise.reject(trouble),
      dmarcOf: () => never,
    })
    const found = await lookAtDomain('a.example', 'x@a.example', 50, parts)
    assert.deepEqual(
      found.map((each) => each.state),
      found.map(() => 'unknown'),
    )
    assert.equal(scoreOf(found), null)
  })

  test('what the reply shows stands beside what DNS has said', async () => {
    const parts = partsWith(createOfflineResolver({}), { mayReach: () => true })
    const before: CheckResult[] = [
      passed('delivery', ''),
      passed('spf', ''),
      unknown('dkim', ''),
      passed('dmarc', ''),
    ]
    const codes = async (more: Partial<RadarReply>) =>
      (await checkReply('a.example', reply(more), before, parts)).flatMap((each) =>
        each.faults.map(({ code }) => code),
      )
    assert.deepEqual(await codes({}), ['dkim-missing'])
    const failing = {
      spf: { result: 'fail', domain: 'a.example' },
      dmarc: { result: 'fail', spf: false, dkim: false },
    }
    const broken = [{ result: 'fail', domain: 'a.example', reason: 'body hash' }]
    assert.deepEqual(await codes({ ...failing, dkim: broken }), ['spf-fails', 'dkim-fails', 'dmarc-fails'])
    assert.deepEqual(await codes({ kind: 'bounce' }), ['mail-refused'])
    // Our own checks had not ended: nothing is said of theirs.
    assert.deepEqual(await codes({ spf: null }), [])
  })

  test('targets, tokens and proofs are what they should be, and nothing else', () => {
    assert.deepEqual(readTarget(' Anna@Shop.Example. '), {
      domain: 'shop.example',
      address: 'Anna@shop.example',
    })
    for (const wrong of [
      '',
      'localhost',
      'a b@x.example',
      'x@10.0.0.1',
      'a@-x.example',
      `${'a'.repeat(300)}.example`,
    ])
      assert.throws(() => readTarget(wrong), /write a domain|is no address/, wrong)
    assert.match(newToken(), /^[0-9a-z]{24}$/)
    const proof = refusalProof('A@x.example', 'key')
    assert.deepEqual(
      [
        isRefusalProof('a@x.example', proof, 'key'),
        isRefusalProof('b@x.example', proof, 'key'),
        isRefusalProof('a@x.example', 'x', 'key'),
      ],
      [true, false, false],
    )
  })

  test('our part is over in time even where whoever works at it is frozen', () => {
    const times = {
      oursMs: 600_000,
      replyMs: 0,
      lookMs: 0,
      againMs: 0,
      perAddress: 1,
      perClient: 1,
      linkMs: 0,
      slowMs: 0,
    }
    const given = { id: 't', tenant: '', domain: 'a.example', address: null, askedBy: 'm', at: 0 }
    const begun = newTest(given, { times: () => times })
    assert.equal(standOf(begun, 600_000).outcome, null)
    assert.equal(standOf(begun, 606_000).outcome, 'inconclusive')
  })
})
