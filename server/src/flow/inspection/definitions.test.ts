import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Finding } from './check.ts'
import {
  type Definitions,
  type DefinitionsInForce,
  readDefinitions,
  shippedDefinitions,
} from './definitions.ts'
import { judgeByDefinitions } from './judge-by-definitions.ts'
import { parseMessage } from './parse-message.ts'

const limits = { maxDepth: 10, maxParts: 10, maxHeaderBytes: 10_000 }
const rule = {
  code: 'parcel',
  weight: 250,
  text: 'A parcel.',
  places: ['subject', 'link'],
  any: ['Your PARCEL'],
}

async function message(id = 'm1') {
  return parseMessage({
    id,
    bytes: Buffer.from('From: a@b.test\r\nSubject: your parcel waits\r\n\r\nHello\r\n'),
    arrival: { ip: '192.0.2.1', helo: 'x', mailFrom: '', rcptTo: [], receivedAt: 0 },
    limits,
  })
}

/** Both sets read the same files of data. */
const both = (found: readonly Finding[]) => ({ active: found, trial: found, ms: { active: 0, trial: 0 } })

function setOf(parts: object) {
  return readDefinitions(JSON.stringify({ version: 'v1', ...parts }))
}

describe('definitions', () => {
  test('a wrong set says where it is wrong', () => {
    const cases: [object, RegExp][] = [
      [{ version: 'has blanks' }, /version/],
      [{ weights: { 'spf-fail': 'many' } }, /weights\.spf-fail must be a whole number/],
      [{ rules: [{ ...rule, weight: 1.5 }] }, /rules\[0\]\.weight/],
      [{ rules: [rule, { ...rule, places: ['footer'] }] }, /rules\[1\]\.places must name some of subject/],
      [{ rules: [{ ...rule, any: [' '] }] }, /none of them blank/],
      [{ rules: [{ ...rule, kind: 'virus' }] }, /kind must be one of/],
      [{ data: [] }, /data must be an object/],
      [{ data: { 'other.txt': { sha256: 'a'.repeat(64), size: 1 } } }, /there are content\.model/],
      [{ data: { 'content.model': { sha256: 'x', size: 1 } } }, /64 hexadecimal digits/],
      [{ data: { 'content.model': { sha256: 'a'.repeat(64), size: 5 << 20 } } }, /number of bytes up to/],
      [{ data: { 'content.model': { sha256: 'a'.repeat(64), size: 5 } } }, /content\.model is missing/],
    ]
    for (const [parts, expected] of cases) assert.throws(() => setOf(parts), expected)
    assert.throws(() => readDefinitions('{'), /this is no JSON/)
    assert.throws(() => readDefinitions('[]'), /is a JSON object/)
  })

  test('rules add findings, weights replace those of the checks', async () => {
    const found: Finding[] = [{ check: 'authentication', code: 'spf-softfail', weight: 100, text: '' }]
    const active = setOf({ rules: [rule], weights: { 'spf-softfail': 5 } })
    const { findings, version } = await judgeByDefinitions(await message(), both(found), {
      active,
      trial: null,
    })
    assert.deepEqual(
      findings.map((each) => [each.code, each.weight]),
      [
        ['spf-softfail', 5],
        ['definition-parcel', 250],
      ],
    )
    assert.equal(version, 'v1')
    assert.deepEqual(findings[1]?.evidence, { found: 'your parcel', version: 'v1' })
  })

  test('lists of hosts and sender domains hold for what is named and all below it, and for nothing alike', async () => {
    const named = (place: string, any: string[]) => setOf({ rules: [{ ...rule, places: [place], any }] })
    const hits = async (set: Definitions, text: string) => {
      const parsed = await parseMessage({
        id: 'm',
        bytes: Buffer.from(text),
        arrival: { ip: '192.0.2.1', helo: 'x', mailFrom: 'b@bounce.shop.test', rcptTo: [], receivedAt: 0 },
        limits,
      })
      return (await judgeByDefinitions(parsed, both([]), { active: set, trial: null })).findings.length
    }
    const html = 'Content-Type: text/html\r\n\r\n<a href="https://Login.Evil.test:8443/x">here</a>'
    const plain = 'From: A <a@mail.sender.test>\r\n\r\nSee http://www.evil.test/x, or not.'
    for (const text of [html, plain]) {
      assert.equal(await hits(named('host', ['evil.test']), text), 1)
      assert.equal(await hits(named('host', ['vil.test', 'test', 'evil.test.example']), text), 0)
    }
    assert.equal(await hits(named('host', ['other.evil.test']), html), 0)
    assert.equal(await hits(named('sender-domain', ['sender.test']), plain), 1)
    assert.equal(await hits(named('sender-domain', ['shop.test']), plain), 1)
    assert.equal(await hits(named('sender-domain', ['ender.test', 'evil.test']), plain), 0)
    const many = named(
      'host',
      Array.from({ length: 100_000 }, (_, n) => `host${n}.test`),
    )
    const started = performance.now()
    assert.equal(await hits(many, `From: a\r\n\r\n${'http://a.b.c.d.e.test/ '.repeat(20_000)}`), 0)
    assert(performance.now() - started < 10_000, `${performance.now() - started} ms`)
  })

  test('a trial is compared and decides nothing, but for its share of the mail', async () => {
    const inForce = (share: number): DefinitionsInForce => ({
      active: shippedDefinitions,
      trial: { definitions: setOf({ rules: [rule] }), share },
    })
    const shadow = await judgeByDefinitions(await message(), both([]), inForce(0))
    assert.deepEqual([shadow.findings.length, shadow.version], [0, 'shipped'])
    assert.deepEqual([shadow.trial?.activeHit, shadow.trial?.trialHit], [false, true])
    const all = await judgeByDefinitions(await message(), both([]), inForce(1))
    assert.deepEqual([all.findings.length, all.version], [1, 'v1'])

    const ids = Array.from({ length: 2000 }, (_, index) => `id${index}`)
    const by = await Promise.all(
      ids.map(async (id) => (await judgeByDefinitions(await message(id), both([]), inForce(0.1))).version),
    )
    const share = by.filter((each) => each === 'v1').length / ids.length
    assert.ok(share > 0.07 && share < 0.13, `a tenth of the mail: ${share}`)
  })
})
