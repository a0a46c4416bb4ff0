import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TracedMessage, TracedRefusal } from './ledger-store.ts'
import { readWithin } from './read-within.ts'

const trials = [
  { id: 'c-one', scope: 'domain:one.test', tenant: 'one' },
  { id: 'c-two', scope: 'domain:two.test', tenant: 'two' },
  { id: 'c-all', scope: 'tenant:one', tenant: 'one' },
  { id: 'c-old' },
]
const delivery = (n: number, tenant: string) => ({ n, tenant, rcptTo: `b@${tenant}.test` })
const shared = {
  kind: 'message',
  direction: 'inbound',
  deliveries: [delivery(0, 'one'), delivery(1, 'two')],
  events: [],
  explanation: { facts: { policyTrials: trials, versions: {} } },
} as unknown as TracedMessage
const refusal = {
  ...{ kind: 'refusal', tenant: 'one', rcptTo: 'b@one.test' },
  detail: { facts: { policyTrials: trials } },
} as unknown as TracedRefusal

async function seen(traced: TracedMessage | TracedRefusal, tenants: string[], domains: string[] | null) {
  const ledger = { read: async () => traced, addressesOf: async () => [] }
  const found = await readWithin(ledger as never, 'm', { tenants, domains })
  const facts = found?.kind === 'message' ? found.explanation.facts : found?.detail?.facts
  return (facts as { policyTrials: { id: string }[] }).policyTrials.map(({ id }) => id)
}

describe('what a message says of changes on trial', () => {
  test('each of two tenants who share it hears of its own alone', async () => {
    assert.deepEqual(await seen(shared, ['one'], null), ['c-one', 'c-all'])
    assert.deepEqual(await seen(shared, ['two'], null), ['c-two'])
    assert.deepEqual(await seen(refusal, ['one'], null), ['c-one', 'c-all'])
  })

  test('who reaches some domains of a tenant hears nothing of what is above them', async () => {
    assert.deepEqual(await seen(shared, ['one'], ['one.test']), ['c-one'])
  })
})
