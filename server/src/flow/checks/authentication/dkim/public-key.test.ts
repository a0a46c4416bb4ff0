import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, it } from 'node:test'
import { makeSampleKey } from '../sample-message.ts'
import { fetchPublicKey, isKey, readPublicKey } from './public-key.ts'

const rsa = makeSampleKey('rsa').record
const ed = makeSampleKey('ed25519').record

function wordOf(record: string): string {
  const key = readPublicKey(record)
  return isKey(key) ? key.type : key.word
}

describe('public key', () => {
  const cases: [string, string, string][] = [
    ['RSA', rsa, 'rsa'],
    ['Ed25519', ed, 'ed25519'],
    ['RSA without v= and k=', rsa.replace('v=DKIM1; k=rsa; ', ''), 'rsa'],
    ['blanks in the key', rsa.replace(/(p=.{20})/, '$1 \t'), 'rsa'],
    ['a bare RSAPublicKey', bareRsa(), 'rsa'],
    ['semicolons at the end', `${rsa};;`, 'rsa'],
    ['all services', `${rsa}; s=*`, 'rsa'],
    ['another service', `${rsa}; s=tlsrpt`, 'permerror'],
    ['another version', rsa.replace('DKIM1', 'DKIM2'), 'permerror'],
    ['a version that is not first', `${rsa.replace('v=DKIM1; ', '')}; v=DKIM1`, 'permerror'],
    ['an unknown type', rsa.replace('k=rsa', 'k=dsa'), 'permerror'],
    ['a key of another type', ed.replace('k=ed25519', 'k=rsa'), 'permerror'],
    ['only SHA-1', `${rsa}; h=sha1`, 'permerror'],
    ['a revoked key', 'v=DKIM1; k=rsa; p=', 'permerror'],
    ['no key', 'v=DKIM1; k=rsa', 'permerror'],
    ['garbage', 'v=DKIM1; k=rsa; p=AAAA', 'permerror'],
    ['a tag twice', `${rsa}; p=AAAA`, 'permerror'],
    ['512 bits (RFC 8301, 3.2)', makeSampleKey('rsa', 512).record, 'policy'],
    ['more than 4096 bits', makeSampleKey('rsa', 4160).record, 'policy'],
    ['a huge record', `${rsa}; n=${'x'.repeat(9000)}`, 'permerror'],
  ]
  for (const [name, record, word] of cases) it(name, () => assert.equal(wordOf(record), word))

  it('keeps no key, revoked and DNS trouble apart', async () => {
    const answers = {
      none: { status: 'nxdomain' },
      down: { status: 'servfail', reason: 'x' },
      old: { status: 'found', records: [['v=DKIM1; p=']], stale: true },
    } as const
    const fetch = (name: keyof typeof answers) =>
      fetchPublicKey({ lookup: async () => answers[name] as never }, 's', 'a.test')
    assert.equal(((await fetch('none')).key as { word: string }).word, 'permerror')
    assert.equal(((await fetch('down')).key as { word: string }).word, 'temperror')
    assert.equal((await fetch('old')).stale, true)
  })

  it('takes the first good one of several records', async () => {
    const answer = { status: 'found', records: [['hello'], [rsa.slice(0, 30), rsa.slice(30)]] } as const
    const { key } = await fetchPublicKey({ lookup: async () => answer as never }, 's', 'a.test')
    assert.ok(isKey(key))
  })
})

function bareRsa(): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  return `v=DKIM1; p=${publicKey.export({ format: 'der', type: 'pkcs1' }).toString('base64')}`
}
