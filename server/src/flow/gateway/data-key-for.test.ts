import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultPolicy } from '#flow/inspection/verdict.ts'
import { dataKeyFor } from './data-key-for.ts'
import { defaultOutbound, readOutboundPolicy } from './outbound-policy.ts'
import type { Session } from './session.ts'
import type { Transaction } from './session-state.ts'

const encrypting = { ...defaultPolicy, encrypts: true as const }
const login = { by: 'login', name: 'anna@one.test', tenant: 'one' }

function keyFor(recipients: readonly object[], sender: object | null, ofSender: object = defaultOutbound) {
  const context = { senders: { outboundPolicyOf: () => ofSender } }
  const transaction = { mailFrom: 'anna@one.test', sender, recipients }
  return dataKeyFor({ context } as unknown as Session, transaction as unknown as Transaction)
}

test('a message is encrypted where one of its recipients asks for it, or its sender who is one of ours', () => {
  const ofSender = readOutboundPolicy({ 'encrypt-at-rest': 'on' })
  assert.equal(ofSender.policy.encrypts, true)
  assert.equal(keyFor([{ policy: defaultPolicy }], null), null)
  assert.equal(keyFor([{ policy: defaultPolicy }, { policy: encrypting }], null)?.length, 32)
  assert.equal(keyFor([{ policy: defaultPolicy }], login, ofSender)?.length, 32)
  assert.equal(keyFor([{ policy: defaultPolicy }], login), null)
  assert.equal(keyFor([{ policy: defaultPolicy }], null, ofSender), null, 'anybody could write such a sender')
})

test('no two messages have the same key', () => {
  const recipients = [{ policy: encrypting }]
  assert.notDeepEqual(keyFor(recipients, null), keyFor(recipients, null))
})
