import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, it } from 'node:test'
import { askAuthCheck } from './ask-auth-check.ts'
import { askDkimpy, type DkimpyCase, dkimpyInstalled, recordDkimpy } from './dkimpy.ts'
import { unlessInstalled } from './missing-package.ts'

/** Where we judge otherwise than dkimpy on purpose, by test; the reasons stand in docs/reference/authentication.md. */
const differences: Readonly<Record<string, string>> = {
  // A key of 512 bits, which the test lets through by a parameter; RFC 8301, 3.2: not below 1024.
  'test_dkim.TestSignAndVerify.test_dkim_signature_canonicalization': 'policy',
}

describe("DKIM: the messages of dkimpy's own tests", unlessInstalled(dkimpyInstalled, 'python3-dkim'), () => {
  if (!dkimpyInstalled) return
  const { tests, failed, cases } = recordDkimpy()
  const answers = askAuthCheck(cases.map(requestFor))

  it(`records ${cases.length} verifications from ${tests} tests`, () => {
    assert.equal(failed, 0)
    assert.ok(cases.length >= 130)
  })

  for (const [index, each] of cases.entries()) {
    it(`${index + 1} ${each.test}`, async () => {
      const answer = (await answers)[index]
      if (each.kind === 'arc') assert.equal(answer?.arc.cv, each.said)
      else {
        const expected = differences[each.test] ?? (each.said ? 'pass' : 'no pass')
        const word = answer?.dkim[0]?.result ?? 'none'
        assert.equal(
          word === 'pass' || differences[each.test] ? word : 'no pass',
          expected,
          answer?.dkim[0]?.reason ?? '',
        )
      }
    })
  }
})

function requestFor(each: DkimpyCase, index: number): object {
  const names = Object.entries(each.dns).filter(([, text]) => text !== null && text !== '')
  const dns = Object.fromEntries(names.map(([name, text]) => [name.toLowerCase(), { TXT: [text] }]))
  return { id: index, message: each.message, dns }
}

const keys = [
  { name: 'RSA 2048', ...pair('rsa') },
  { name: 'Ed25519', ...pair('ed25519') },
]

function pair(type: 'rsa' | 'ed25519'): { pem: string; record: string } {
  const { privateKey, publicKey } =
    type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519')
  const der = publicKey.export({ format: 'der', type: 'spki' })
  const value = type === 'rsa' ? der : der.subarray(12)
  return {
    pem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    record: `v=DKIM1; k=${type}; p=${value.toString('base64')}`,
  }
}

const messages = {
  plain:
    'From: a@sign.test\r\nTo: b@x.test\r\nSubject: one\r\n  two\t three \r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\n\r\nHello \t you\r\n\r\n\r\n',
  'no body': 'From: a@sign.test\r\nSubject: x\r\n\r\n',
  'eight bit': 'From: J\u00f8rn <a@sign.test>\r\nSubject: caf\u00e9\u00a0\r\n\r\ncaf\u00e9\u00a0\r\n',
  'no last line end': 'From: a@sign.test\r\nSubject: x\r\n\r\nend',
}

describe(
  'DKIM and ARC: what we sign, dkimpy verifies',
  unlessInstalled(dkimpyInstalled, 'python3-dkim'),
  () => {
    for (const key of keys) {
      for (const [name, text] of Object.entries(messages)) {
        it(`${key.name}, ${name}`, async () => {
          const bytes = Buffer.from(text)
          const base = {
            domain: 'sign.test',
            selector: 's1',
            key: key.pem,
            message: bytes.toString('base64'),
            now: 1_700_000_000,
            dns: {},
          }
          const made = await askAuthCheck([
            { ...base, op: 'sign' },
            { ...base, op: 'seal' },
          ])
          const questions = made.map(({ headers }, index) => ({
            kind: index === 0 ? ('dkim' as const) : ('arc' as const),
            message: Buffer.concat([Buffer.from(`${headers.join('\r\n')}\r\n`), bytes]).toString('base64'),
            dns: { 's1._domainkey.sign.test': key.record },
          }))
          // dkimpy's ARC knows RSA only.
          const asked = key.name === 'Ed25519' ? questions.slice(0, 1) : questions
          assert.deepEqual(askDkimpy(asked), [true, 'pass'].slice(0, asked.length))
          const ours = await askAuthCheck(
            questions.map(({ message, dns }) => ({ message, dns: zoneOf(dns) })),
          )
          assert.deepEqual([ours[0]?.dkim[0]?.result, ours[1]?.arc.cv], ['pass', 'pass'])
        })
      }
    }
  },
)

function zoneOf(dns: Record<string, string>): object {
  return Object.fromEntries(Object.entries(dns).map(([name, text]) => [name, { TXT: [text] }]))
}
