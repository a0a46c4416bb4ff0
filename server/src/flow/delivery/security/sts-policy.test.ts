import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { namesServer, readStsId, readStsPolicy } from './sts-policy.ts'

const good =
  'version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.Backup.example.net\r\nmax_age: 86400\r\n'

describe('policies of MTA-STS', () => {
  test('one is read with its servers and its time', () => {
    const policy = { mode: 'enforce', mx: ['mail.example.com', '*.backup.example.net'], maxAgeMs: 86_400_000 }
    assert.deepEqual(readStsPolicy(good), policy)
    assert.deepEqual(readStsPolicy(good.replaceAll('\r\n', '\n')), policy)
    const unknown = `${good}comment: what may come one day\n`
    assert.deepEqual(readStsPolicy(unknown), policy)
  })

  test('a year is the most that one holds', () => {
    const policy = readStsPolicy(good.replace('86400', '9999999999'))
    assert.equal(typeof policy === 'string' ? 0 : policy.maxAgeMs, 31_557_600_000)
  })

  for (const [name, text] of [
    ['another version', good.replace('STSv1', 'STSv2')],
    ['an unknown mode', good.replace('enforce', 'demand')],
    ['no server', good.replaceAll(/mx:.*\r\n/g, '')],
    ['no time', good.replace(/max_age.*\r\n/, '')],
    ['a page', '<!doctype html><title>x</title>'],
    ['nothing', ''],
  ] as const)
    test(`none: ${name}`, () => assert.equal(typeof readStsPolicy(text), 'string'))

  test('none is a mode without servers', () => {
    assert.deepEqual(readStsPolicy('version: STSv1\nmode: none\nmax_age: 60\n'), {
      mode: 'none',
      mx: [],
      maxAgeMs: 60_000,
    })
  })

  test('a star stands for one label', () => {
    const policy = readStsPolicy(good)
    assert.ok(typeof policy !== 'string')
    assert.ok(namesServer(policy, 'Mail.example.com.'))
    assert.ok(namesServer(policy, 'a.backup.example.net'))
    for (const other of ['a.b.backup.example.net', 'backup.example.net', 'x.mail.example.com', 'example.com'])
      assert.ok(!namesServer(policy, other), other)
  })

  test('the id stands in one record, and in one only', () => {
    assert.equal(readStsId([['v=STSv1; id=2026', '1122;']]), '20261122')
    assert.equal(readStsId([['v=spf1 -all'], ['v=STSv1;id=a1']]), 'a1')
    assert.equal(readStsId([['v=STSv1; id=a;'], ['v=STSv1; id=b;']]), null)
    assert.equal(readStsId([['v=STSv1; id=not-alphanumeric;']]), null)
    assert.equal(readStsId([['v=STSv10; id=a;']]), null)
  })
})
