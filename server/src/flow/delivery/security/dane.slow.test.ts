import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import { describe, test } from 'node:test'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { keyDigest, TestAuthority } from '../../../../../tests/harness/test-authority.ts'
import { findTlsa, fitsTlsa, type TlsaRecord } from './dane.ts'

const authority = new TestAuthority()
const names = ['mx.a.example']
const now = Date.now()

const der = (pem: string) =>
  [...pem.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)].map(
    ([each]) => new X509Certificate(each).raw,
  )
const record = (usage: number, selector: number, matchingType: number, data: string): TlsaRecord => ({
  usage,
  selector,
  matchingType,
  data,
})
const whole = (pem: string) => createHash('sha256').update(new X509Certificate(pem).raw).digest('hex')

describe('certificates that DNS names', () => {
  test('3 1 1 and 3 0 1: the certificate itself, whatever its name and date', () => {
    const { cert } = authority.leaf({ names: ['else.example'], from: -20, until: -10 })
    assert.ok(fitsTlsa(der(cert), [record(3, 1, 1, keyDigest(cert))], names, now))
    assert.ok(fitsTlsa(der(cert), [record(3, 0, 1, whole(cert))], names, now))
    const key = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' })
    assert.ok(
      fitsTlsa(der(cert), [record(3, 1, 2, createHash('sha512').update(key).digest('hex'))], names, now),
    )
    assert.ok(fitsTlsa(der(cert), [record(3, 1, 0, key.toString('hex'))], names, now))
    assert.ok(!fitsTlsa(der(cert), [record(3, 0, 1, whole(authority.root))], names, now))
    assert.ok(!fitsTlsa([], [record(3, 1, 1, keyDigest(cert))], names, now))
  })

  test('2 x x: an authority that is sent, with the name and the dates', () => {
    const anchor = [record(2, 0, 1, whole(authority.root))]
    const good = authority.leaf({ names, sends: 'root' }).cert
    assert.ok(fitsTlsa(der(good), anchor, names, now))
    assert.ok(fitsTlsa(der(good), [record(2, 1, 1, keyDigest(authority.intermediate))], names, now))
    assert.ok(!fitsTlsa(der(good), anchor, ['mx.b.example'], now), 'another name')
    const old = authority.leaf({ names, until: -0.5, sends: 'root' }).cert
    assert.ok(!fitsTlsa(der(old), anchor, names, now), 'expired')
    assert.ok(!fitsTlsa(der(authority.leaf({ names }).cert), anchor, names, now), 'the root is not sent')
    const stranger = new TestAuthority('Other')
    const forged = [
      der(stranger.leaf({ names, sends: 'leaf' }).cert),
      der(authority.intermediate),
      der(authority.root),
    ]
    assert.ok(!fitsTlsa(forged.flat(), anchor, names, now), 'signed by another')
  })

  test('names that are none, and chains that cannot be read, fit nothing and throw nothing', () => {
    const anchor = [record(2, 0, 1, whole(authority.root))]
    const good = der(authority.leaf({ names, sends: 'root' }).cert)
    assert.equal(fitsTlsa(good, anchor, ['mx\0.a.example', ''], now), false)
    assert.equal(fitsTlsa(good, anchor, ['mx\0.a.example', ...names], now), true, 'another name is one')
    assert.equal(fitsTlsa([Buffer.from('none')], anchor, names, now), false)
  })

  test('2 0 0: an authority that stands in DNS need not be sent', () => {
    const anchor = [record(2, 0, 0, new X509Certificate(authority.root).raw.toString('hex'))]
    assert.ok(fitsTlsa(der(authority.leaf({ names }).cert), anchor, names, now))
    assert.ok(!fitsTlsa(der(new TestAuthority('Other').leaf({ names }).cert), anchor, names, now))
  })

  test('records count only with proof; what cannot be looked up stops the server', async () => {
    const usable = record(3, 1, 1, 'a'.repeat(64))
    const answers = (answer: object) => ({ lookup: () => Promise.resolve(answer) }) as unknown as Resolver
    const of = (answer: object) => findTlsa('mx.a.example', 25, answers(answer))
    const found = {
      status: 'found',
      records: [usable, record(1, 1, 1, 'a'.repeat(64)), record(3, 1, 1, 'aa')],
    }
    assert.deepEqual(await of({ ...found, secure: true }), { kind: 'records', usable: [usable] })
    assert.deepEqual(await of(found), { kind: 'none' })
    assert.deepEqual(await of({ ...found, secure: true, stale: true }), { kind: 'none' })
    assert.deepEqual(await of({ status: 'nodata', secure: true }), { kind: 'none' })
    assert.equal((await of({ status: 'servfail', reason: 'bogus' })).kind, 'trouble')
  })
})
