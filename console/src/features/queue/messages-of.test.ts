import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messagesOf } from './messages-of.ts'

test('a next hop leads to the mail of all its domains, as far as a question takes them', () => {
  assert.equal(
    messagesOf({ state: 'waiting', domains: ['a.test', 'b.test'] }),
    '/messages?state=waiting&recipient=a.test,b.test',
  )
  const many = Array.from({ length: 50 }, (_, n) => `customer-${n}.example`)
  const asked = new URL(messagesOf({ state: 'held', domains: many }), 'http://x/').searchParams.get(
    'recipient',
  )
  assert.ok(asked && asked.length <= 320 && asked.startsWith('customer-0.example,customer-1.example,'))
  assert.ok(
    asked.split(',').every((each) => many.includes(each)),
    'none is cut',
  )
})
