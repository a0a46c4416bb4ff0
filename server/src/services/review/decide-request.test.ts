import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ChangeLine, StoreCall } from '#services/directory/directory-store.ts'
import { denyRequest, type RequestOrder } from './decide-request.ts'

function orderWith(domains: readonly string[]) {
  const done: string[] = []
  const request = { id: 'q', messageId: 'm', rcptTo: 'info@one.test', tenant: 'one', state: 'open' }
  const order = {
    readReview: { request: async () => request },
    directory: {
      async recordedChange({ values }: StoreCall, lines: readonly ChangeLine[]) {
        const [id, { state }] = values as [string, { state: string }]
        return done.push(`${id} ${state}`, ...lines.map(({ what }) => what)) > 0
      },
    },
    /** The alias is Anna's. */
    ledger: {
      addressesOf: async (names: readonly string[], addresses: readonly string[]) =>
        names.includes('user:anna@one.test') ? addresses : [],
    },
    ...{ id: 'q', note: '', within: { tenants: ['one'], domains }, mayVirus: false },
    ...{ now: () => 1, who: 'manager:x', ip: '' },
  }
  return { order: order as unknown as RequestOrder, done }
}

describe('a request for release', () => {
  test('is answered by who has some domains and the person, and by nobody else', async () => {
    const his = orderWith(['two.test', 'user:anna@one.test'])
    await denyRequest(his.order)
    assert.deepEqual(his.done, ['q denied', 'release-denied'])
    const other = orderWith(['two.test', 'user:bert@one.test'])
    await assert.rejects(denyRequest(other.order), { code: 'not-found' })
    assert.deepEqual(other.done, [])
  })
})
