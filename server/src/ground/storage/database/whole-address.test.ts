import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameless } from './person-mail.ts'
import { namesOneOf } from './whole-address.ts'

const bea = 'bea@shop.co'
const others = [
  'bea@shop.com',
  'bea@shop.co.uk',
  'bea@shop.co-op.test',
  'bea@shop.co1',
  'xbea@shop.co',
  'a.bea@shop.co',
  "o'bea@shop.co",
  'übea@shop.co',
  'İbea@shop.co',
  'İpek@far.test,İpek',
]
const hers = [
  'BEA@shop.co',
  '<bea@shop.co>',
  "'bea@shop.co'",
  'smtp:bea@shop.co;',
  'to bea@shop.co. Bye',
  'İ bea@shop.co',
]

test('an address is named where it stands whole, and not as a part of a longer one', () => {
  for (const text of others) assert.equal(namesOneOf(text, [bea]), false, text)
  for (const text of hers) assert.equal(namesOneOf(text, [bea]), true, text)
  assert.ok(namesOneOf(`${others.join(' ')} ${bea}`, ['none@shop.co', bea]), 'the first that is whole counts')
})

test('a text loses the address where it stands whole; what merely contains it stays', () => {
  const erased = [{ address: bea, pseudonym: 'erased-1@shop.co' }]
  for (const text of others) assert.equal(nameless(text, erased), text)
  assert.equal(nameless('to Bea@shop.co, bea@shop.com.', erased), 'to erased-1@shop.co, bea@shop.com.')
  const turkish = 'İpek İnan <İPEK@far.test> and Bea@shop.co wrote: İyi günler'
  assert.equal(nameless(turkish, erased), 'İpek İnan <İPEK@far.test> and erased-1@shop.co wrote: İyi günler')
  const ipek = { address: 'İpek@far.test'.toLowerCase(), pseudonym: 'erased-2@far.test' }
  assert.equal(
    nameless(turkish, [...erased, ipek]),
    'İpek İnan <erased-2@far.test> and erased-1@shop.co wrote: İyi günler',
  )
})
