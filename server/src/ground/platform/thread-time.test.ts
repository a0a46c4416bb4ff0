import assert from 'node:assert/strict'
import { test } from 'node:test'
import { threadId, threadTimeMs } from './thread-time.ts'

test('the time of a thread grows while it computes, and not while it waits', {
  skip: process.platform !== 'linux' && 'long: Linux only',
}, async () => {
  const id = threadId()
  assert.ok(id > 0)
  const read = () => threadTimeMs(id) ?? Number.NaN
  const before = read()
  while (read() < before + 50);
  const waiting = read()
  await new Promise((resolve) => setTimeout(resolve, 300))
  assert.ok(read() - waiting < 200, `${read() - waiting} ms`)
})

test('nothing is known of a thread that is not there', () => {
  assert.deepEqual([threadTimeMs(0), threadTimeMs(2 ** 30)], [null, null])
})
