import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiFault, noAnswer } from '../api/api-fault.ts'
import { waitToRetry } from './retry-order.ts'

const fault = (status: number, retryMs: number) =>
  new ApiFault({ type: 'urn:mailkeep:conflict', title: '', detail: '', status }, retryMs)

test('an order without an answer is sent again twice, and nothing else but what is being done', () => {
  assert.deepEqual(
    [0, 1, 2].map((n) => waitToRetry(n, noAnswer())),
    [1000, 2000, null],
  )
  for (const other of [fault(409, 0), fault(503, 5000), fault(400, 0), new Error('of the page')])
    assert.equal(waitToRetry(0, other), null)
})

test('what is being done is asked for at the pace of the server, for a little more than a minute', () => {
  const waits = Array.from({ length: 20 }, (_, n) => waitToRetry(n, fault(409, 5000)))
  const all = waits.slice(0, waits.indexOf(null))
  assert.deepEqual([...new Set(all)], [5000])
  const sum = all.length * 5000
  assert.ok(sum > 60_000 && sum < 90_000, `${sum} ms`)
})
