import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasForm, isSigned, keyDigitOf, maySign, signatureLength, signSender } from './signed-sender.ts'

const day = 86_400_000
const key = { n: 684, secret: 'one' }

test('what is signed is known again, whatever case a receiver made of it, for three weeks', () => {
  const now = 20_779 * day
  const signed = signSender('Anna.B@one.test', key, now)
  assert.match(signed, /^prvs=4800[0-9a-f]{6}=Anna\.B@one\.test$/)
  assert.equal(signed.slice(signatureLength), 'Anna.B@one.test')
  assert.equal(keyDigitOf(signed), 4)
  for (const each of [signed, signed.toLowerCase(), signed.toUpperCase()])
    assert.ok(isSigned(each, key, now + 21 * day), each)
  assert.ok(!isSigned(signed, key, now + 22 * day))
  assert.equal(signSender('Anna.B@one.test', key, now + day / 2), signed, 'the same for each try of a day')
})

test('the days go round after a thousand', () => {
  const now = 20_990 * day
  const signed = signSender('a@one.test', key, now)
  assert.match(signed, /^prvs=4011/)
  assert.ok(isSigned(signed, key, now + 15 * day))
  assert.ok(!isSigned(signed, key, now + 30 * day))
})

test('another address, day, key or signature is none of ours', () => {
  const now = 20_779 * day
  const signed = signSender('a@one.test', key, now)
  for (const each of [
    signed.replace('=a@', '=b@'),
    signed.replace('one.test', 'two.test'),
    signed.replace('prvs=4800', 'prvs=4801'),
    `prvs=4800000000=a@one.test`,
    'a@one.test',
    'prvs=a@one.test',
    '@',
    '',
  ])
    assert.ok(!isSigned(each, key, now), each)
  assert.ok(!isSigned(signed, { n: 684, secret: 'two' }, now))
})

test('nothing is signed twice, beyond its length, or in forms that servers change', () => {
  assert.ok(maySign("o'hara+tag@one.test"))
  assert.ok(maySign(`${'x'.repeat(48)}@one.test`))
  for (const each of [
    `${'x'.repeat(49)}@one.test`,
    '"a b"@one.test',
    'jürgen@one.test',
    '@one.test',
    '',
    signSender('a@one.test', key, 0),
  ])
    assert.ok(!maySign(each), each)
  assert.ok(!hasForm('prvs=4800abcdef='))
})
