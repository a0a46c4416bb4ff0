import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AddedSums } from './people-sums.ts'
import type { Sum, Top } from './statistics-store.ts'

const top = (kind: Top['kind'], name: string, deliveries = 1): Top => ({
  ...{ day: 0, tenant: 'one', kind, name, deliveries },
})

test('of names that never end those who come often are kept, a thousand of each kind', () => {
  const added = new AddedSums('hour')
  for (let piece = 0; piece < 30; piece++)
    added.add({
      sums: [],
      tops: [
        top('bad-sender', 'often@far.test', 2),
        top('sender', 'calm@far.test'),
        ...Array.from({ length: 200 }, (_, n) => top('bad-sender', `once-${piece}-${n}@far.test`)),
      ],
    })
  const { tops } = added.result()
  const bad = tops.filter(({ kind }) => kind === 'bad-sender')
  assert.ok(bad.length <= 1000, `${bad.length} names`)
  assert.deepEqual([bad[0]?.name, bad[0]?.deliveries], ['often@far.test', 60])
  assert.deepEqual(
    tops.filter(({ kind }) => kind === 'sender').map(({ deliveries }) => deliveries),
    [30],
  )
})

test('lines of one day are one line where days are asked for', () => {
  const line = (at: number): Sum => ({
    ...{ at, tenant: 'one', domain: 'one.test', direction: 'inbound', what: 'accepted', reason: '' },
    deliveries: 1,
  })
  const hours = [0, 3_600_000, 3_600_000, 25 * 3_600_000].map(line)
  const of = (span: 'hour' | 'day') => {
    const added = new AddedSums(span)
    added.add({ sums: hours, tops: [] })
    return added.result().sums.map(({ at, deliveries }) => [at / 3_600_000, deliveries])
  }
  assert.deepEqual(of('hour'), [
    [0, 1],
    [1, 2],
    [25, 1],
  ])
  assert.deepEqual(of('day'), [
    [0, 3],
    [24, 1],
  ])
})
