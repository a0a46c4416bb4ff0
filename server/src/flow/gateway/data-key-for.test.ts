import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultPolicy } from '#flow/inspection/verdict.ts'
import { newDataKey } from '#ground/platform/sealed-content.ts'
import { StoreError } from '#ground/platform/store-error.ts'
import { dataKeyFor } from './data-key-for.ts'
import { codesOf, openSession } from './fake-session.ts'
import { defaultOutbound, readOutboundPolicy } from './outbound-policy.ts'
import type { Session } from './session.ts'
import type { Transaction } from './session-state.ts'

const encrypting = { ...defaultPolicy, encrypts: true as const }
const login = { by: 'login', name: 'anna@one.test', tenant: 'one' }

function keyFor(recipients: readonly object[], sender: object | null, ofSender: object = defaultOutbound) {
  const wrappedKey = { keyId: 'k', wrapped: new Uint8Array(60) }
  const contentKeys = { newKeyFor: () => ({ dataKey: newDataKey(), wrappedKey }) }
  const context = { contentKeys, senders: { outboundPolicyOf: () => ofSender } }
  const transaction = { mailFrom: 'anna@one.test', sender, recipients }
  const found = dataKeyFor({ context } as unknown as Session, transaction as unknown as Transaction)
  return 'key' in found ? (found.key?.dataKey ?? null) : found
}

test('a message is encrypted where one of its recipients asks for it, or its sender who is one of ours', () => {
  const ofSender = readOutboundPolicy({ 'encrypt-at-rest': 'on' })
  assert.equal(ofSender.policy.encrypts, true)
  assert.equal(keyFor([{ policy: defaultPolicy }], null), null)
  assert.equal(keyFor([{ policy: defaultPolicy }, { policy: encrypting }], null) instanceof Uint8Array, true)
  assert.equal(keyFor([{ policy: defaultPolicy }], login, ofSender) instanceof Uint8Array, true)
  assert.equal(keyFor([{ policy: defaultPolicy }], login), null)
  assert.equal(keyFor([{ policy: defaultPolicy }], null, ofSender), null, 'anybody could write such a sender')
})

test('no two messages have the same key', () => {
  const recipients = [{ policy: encrypting }]
  assert.notDeepEqual(keyFor(recipients, null), keyFor(recipients, null))
})

test('without a key such mail hears 451 before its content is taken, and other mail over the same connection goes on', async () => {
  const contentKeys = {
    newKeyFor: (): never => {
      throw new StoreError('failed', 'content.keys is not there')
    },
  }
  const { lookup } = openSession().session.context.recipients
  const context = {
    contentKeys,
    recipients: {
      lookup: (local: string, domain: string) => {
        const found = lookup(local, domain)
        return local === 'c' && 'policy' in found ? { ...found, policy: encrypting } : found
      },
    },
  }
  const keyless = openSession({}, context)
  await keyless.say('EHLO a\r\n')
  const start = (name: string) => keyless.say(`MAIL FROM:<a@x.example>\r\nRCPT TO:<${name}@example.test>\r\n`)
  assert.equal(codesOf(await start('c')), '250 250')
  assert.match(await keyless.say('DATA\r\n'), /^451 4\.3\.0 /)
  assert.equal(codesOf(await start('c')), '250 250')
  assert.equal(codesOf(await keyless.say('BDAT 6\r\nabc\r\n.BDAT 3 LAST\r\n\r\nz')), '451 503')
  assert.equal(codesOf(await start('b')), '250 250')
  assert.equal(codesOf(await keyless.say('DATA\r\n')), '354')
  assert.equal(codesOf(await keyless.say('Subject: x\r\n\r\n.\r\n')), '250')
  await keyless.session.context.refusals.flush()
  assert.deepEqual(
    keyless.refused.map(({ stage, code, reason, rcptTo }) => [stage, code, reason, rcptTo]),
    Array(2).fill(['data', 451, 'content-key-missing', 'c@example.test']),
  )
  assert.equal(keyless.accepted.length, 1)
})
