import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HistoryWork } from '#services/history/work-out.ts'
import { createHistoryWork } from './history-work.ts'

test('work that has no place is refused before it is asked for', async () => {
  const workOut = createHistoryWork()
  const none: HistoryWork = { given: [], kept: [], known: [], at: 0, who: 'test' }
  const gate = Promise.withResolvers<HistoryWork>()
  const all = Array.from({ length: 5 }, () => workOut(() => gate.promise))
  let isAsked = false
  const more = async () => {
    isAsked = true
    return none
  }
  await assert.rejects(workOut(more), { code: 'conflict' })
  assert.equal(isAsked, false)
  gate.resolve(none)
  assert.deepEqual(
    (await Promise.all(all)).map((each) => each.incidents),
    Array(5).fill([]),
  )
  await assert.rejects(
    workOut(() => Promise.reject(new Error('not written'))),
    /not written/,
  )
})
