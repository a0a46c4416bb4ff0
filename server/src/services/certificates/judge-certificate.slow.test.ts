import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createSecureContext } from 'node:tls'
import { TestAuthority } from '../../../../tests/harness/test-authority.ts'
import { installCertificate } from './install-certificate.ts'
import { judgeCertificate } from './judge-certificate.ts'

const authority = new TestAuthority()
const trust = createSecureContext({ ca: authority.root })
const host = 'mx.site.example'
const judge = (pem: string, name = host) => judgeCertificate(pem, name, trust, Date.now())
const kinds = async (pem: string) => (await judge(pem)).faults.map((each) => each.kind)
const text = ({ cert, key }: { cert: string; key: string }) => cert + key

describe('a certificate before it is used', () => {
  test('a good one has no faults, in whatever order its parts come', async () => {
    const { cert, key } = authority.leaf({ names: [host] })
    const judged = await judge(key + authority.intermediate + cert)
    assert.deepEqual(judged.faults, [])
    assert.match(judged.names, /mx\.site\.example/)
    assert.ok(judged.chain.startsWith(cert.slice(0, 200)), 'its own certificate comes first')
  })

  test('faults of key, dates, name and chain are told apart', async () => {
    const good = authority.leaf({ names: [host] })
    assert.deepEqual(await kinds(good.cert + authority.otherKey()), ['key'])
    assert.deepEqual(await kinds(text(authority.leaf({ names: [host], from: -9, until: -1 }))), ['date'])
    assert.deepEqual(await kinds(text(authority.leaf({ names: [host], from: 1 }))), ['date'])
    assert.deepEqual(await kinds(text(authority.leaf({ names: ['other.example'] }))), ['name'])
    assert.deepEqual(await kinds(text(authority.leaf({ names: [host], sends: 'leaf' }))), ['chain'])
    assert.deepEqual(await kinds(text(new TestAuthority('Other').leaf({ names: [host] }))), ['chain'])
    assert.match(
      (await judge(text(authority.leaf({ names: [host], sends: 'leaf' })))).faults[0]?.text ?? '',
      /intermediate/,
    )
    for (const nonsense of ['', good.cert, good.key, `${good.cert}${good.key}${authority.otherKey()}`, 'x'])
      assert.deepEqual(await kinds(nonsense), ['form'])
  })

  test('it is installed with the one before beside it; one with faults is not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mailkeep-install-'))
    const [certificatePath, keyPath] = [join(folder, 'c.pem'), join(folder, 'k.pem')]
    const lines: unknown[] = []
    const access = { record: (line: unknown) => Promise.resolve(void lines.push(line)) }
    const order = { access, certificatePath, keyPath, at: 1, who: 'cli:test' }
    try {
      writeFileSync(certificatePath, 'before')
      writeFileSync(keyPath, 'key before')
      const bad = await judge(text(authority.leaf({ names: ['other.example'] })))
      await assert.rejects(installCertificate(order, bad))
      assert.equal(readFileSync(certificatePath, 'utf8'), 'before')
      const good = await judge(text(authority.leaf({ names: [host] })))
      await installCertificate(order, good)
      createSecureContext({ cert: readFileSync(certificatePath), key: readFileSync(keyPath) })
      assert.equal(readFileSync(`${certificatePath}.before`, 'utf8'), 'before')
      assert.equal(readFileSync(`${keyPath}.before`, 'utf8'), 'key before')
      assert.equal(lines.length, 1)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
