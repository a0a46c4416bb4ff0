import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OrderError } from '#services/ledger/order-error.ts'
import { actOnMany, type ManyCounts } from './act-on-many.ts'
import type { PersonOrder } from './act-on-review.ts'

const picks = ['a', 'b', 'c', 'd'].map((messageId) => ({ messageId, n: 0 }))
const none: ManyCounts = {
  ...{ delivered: 0, asked: 0, deleted: 0, idle: 0 },
  ...{ refused: 0, gone: 0, unsure: 0, left: 0 },
}

/** Deletes four messages of a person, at a store that answers for each as given. */
async function deleteFour(answer: (messageId: string) => Promise<object>) {
  const faults: string[] = []
  const asked: string[] = []
  const order = {
    session: { address: 'a@x.test' },
    settingsOf: () => ({}),
    readReview: {
      line(_who: unknown, messageId: string) {
        asked.push(messageId)
        return answer(messageId)
      },
    },
  } as unknown as PersonOrder
  const onFault = (cause: unknown) => void faults.push((cause as Error).message)
  const counts = await actOnMany(order, 'delete', picks, { limitMs: 100, onFault })
  return { counts, faults, asked }
}

const dealtWith = async () => ({ state: 'delivered' })

test('where the store fails in the middle, what was done is told, and nothing is begun with the rest', async () => {
  const { counts, faults, asked } = await deleteFour((id) =>
    id === 'c' ? Promise.reject(new Error('disk full')) : dealtWith(),
  )
  assert.deepEqual(counts, { ...none, idle: 2, unsure: 1, left: 1 })
  assert.deepEqual([faults, asked], [['disk full'], ['a', 'b', 'c']])
})

test('where the store does not answer, the answer comes in time and tells what was done by then', async () => {
  const { counts, asked } = await deleteFour((id) =>
    id === 'b' ? new Promise(() => undefined) : dealtWith(),
  )
  assert.deepEqual(counts, { ...none, idle: 1, unsure: 1, left: 2 })
  assert.deepEqual(asked, ['a', 'b'])
})

test('a message that he may not touch holds up none behind it', async () => {
  const { counts } = await deleteFour((id) =>
    id === 'b' ? Promise.reject(new OrderError('forbidden', 'no')) : dealtWith(),
  )
  assert.deepEqual(counts, { ...none, idle: 3, refused: 1 })
})
