import assert from 'node:assert/strict'
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { test } from 'node:test'
import { isPassword } from '#ground/platform/password-hash.ts'
import { newPassword, recordPassword } from '#ground/platform/password-record.ts'
import { loginExchange, plainExchange } from './plain.ts'
import { scramExchange } from './scram.ts'

const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest()
const secret = Buffer.from('secret of the process')

/** What a client sends that knows RFC 5802 and nothing of our code. */
function proofFor(password: string, first: string, server: string, nonceOf = (nonce: string) => nonce) {
  const [, nonce = '', salt = '', rounds = ''] = /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(server) ?? []
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(rounds), 32, 'sha256')
  const clientKey = hmac(salted, 'Client Key')
  const withoutProof = `c=biws,r=${nonceOf(nonce)}`
  const message = `${first.slice(3)},${server},${withoutProof}`
  const signature = hmac(createHash('sha256').update(clientKey).digest(), message)
  const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)))
  const answer = hmac(hmac(salted, 'Server Key'), message).toString('base64')
  return { final: Buffer.from(`${withoutProof},p=${proof.toString('base64')}`), answer }
}

async function scram(typed: string, change: { readonly login?: string; readonly nonce?: string } = {}) {
  const one = await recordPassword('1', 'first-password', null)
  const two = await recordPassword('2', 'second-password', one.salt)
  const exchange = scramExchange((login) => (login === 'anna@a.test' ? [one, two] : []), secret)
  const first = `n,,n=${change.login ?? 'anna@a.test'},r=clientnonce`
  const challenge = exchange.next(Buffer.from(first))
  assert.equal(challenge.kind, 'challenge')
  const server = challenge.kind === 'challenge' ? challenge.text.toString() : ''
  const { final, answer } = proofFor(typed, first, server, (nonce) => change.nonce ?? nonce)
  return { step: exchange.next(final), answer, again: exchange.next(final) }
}

test('SCRAM-SHA-256 proves each of the passwords of a login, and we prove that we know it', async () => {
  for (const password of ['first-password', 'second-password']) {
    const { step, answer, again } = await scram(password)
    assert(step.kind === 'proved' && step.text)
    assert.equal(step.login, 'anna@a.test')
    assert.equal(step.text.toString(), `v=${answer}`)
    assert.equal(again.kind, 'malformed', 'an exchange that is over begins no second one')
  }
})

test('SCRAM-SHA-256 refuses other passwords, other nonces, and logins of nobody by the same way', async () => {
  assert.equal((await scram('third-password')).step.kind, 'wrong')
  assert.equal((await scram('first-password', { login: 'nobody@a.test' })).step.kind, 'wrong')
  assert.equal((await scram('first-password', { nonce: 'clientnonce' })).step.kind, 'malformed')
  const salts = ['x@a.test', 'x@a.test', 'y@a.test'].map((login) => {
    const step = scramExchange(() => [], secret).next(Buffer.from(`n,,n=${login},r=abc`))
    return step.kind === 'challenge' ? /s=([^,]+)/.exec(step.text.toString())?.[1] : ''
  })
  assert.equal(salts[0], salts[1], 'a login of nobody has one salt for ever, as others do')
  assert.notEqual(salts[0], salts[2])
  for (const wrong of ['', 'n,,n=,r=x', 'p=tls-unique,,n=a,r=b', 'n,a=other,n=a,r=b', 'n,,n=a'])
    assert.equal(scramExchange(() => [], secret).next(Buffer.from(wrong)).kind, 'malformed', wrong)
})

test('PLAIN and LOGIN give login and password, and PLAIN acts for nobody else', () => {
  const plain = (text: string) => plainExchange().next(Buffer.from(text))
  assert.deepEqual(plain('\0anna@a.test\0pass'), { kind: 'password', login: 'anna@a.test', password: 'pass' })
  assert.equal(plain('Anna@a.test\0anna@a.test\0pass').kind, 'password')
  assert.equal(plain('boss@a.test\0anna@a.test\0pass').kind, 'wrong')
  for (const wrong of ['', 'a\0b', '\0a\0', '\0\0b', '\0a\0b\0c'])
    assert.equal(plain(wrong).kind, 'malformed')
  const login = loginExchange()
  assert.deepEqual(login.next(null), { kind: 'challenge', text: Buffer.from('Username:') })
  assert.deepEqual(login.next(Buffer.from('anna')), { kind: 'challenge', text: Buffer.from('Password:') })
  assert.deepEqual(login.next(Buffer.from('pass')), { kind: 'password', login: 'anna', password: 'pass' })
  const early = loginExchange()
  assert.deepEqual(early.next(Buffer.from('anna')), { kind: 'challenge', text: Buffer.from('Password:') })
})

test('a password is random, and its record tells no more than that it is right', async () => {
  const passwords = new Set(Array.from({ length: 100 }, newPassword))
  assert.equal(passwords.size, 100)
  for (const each of passwords) assert.match(each, /^([a-km-np-z2-9]{4}-){3}[a-km-np-z2-9]{4}$/)
  const record = await recordPassword('1', 'some-password', null)
  assert.equal(JSON.stringify(record).includes('some-password'), false)
  assert.ok(await isPassword('some-password', record.hash))
})
