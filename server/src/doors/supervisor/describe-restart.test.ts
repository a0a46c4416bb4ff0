import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeRestart } from './describe-restart.ts'

const at = Date.UTC(2026, 10, 23, 2, 44, 17)

test('a restart is told by what began it, what came after that, how long nobody was there, and last words', () => {
  assert.equal(describeRestart({ runs: [], lately: 0 }, at), null)
  const first = { pid: 7, why: 'ended by SIGBUS', awayFrom: at, lastWords: '' }
  assert.equal(
    describeRestart({ runs: [first], lately: 1 }, at + 3200),
    'process 7 ended by SIGBUS (2026-11-23T02:44:17.000Z); it was away for 3 s',
  )
  const last = { pid: 9, why: 'ended with 70', awayFrom: at + 20_000, lastWords: 'StoreError: read-only' }
  assert.equal(
    describeRestart({ runs: [first, { ...last, pid: 8, lastWords: '' }, last], lately: 4 }, at + 37_000),
    'process 7 ended by SIGBUS (2026-11-23T02:44:17.000Z); 2 after it ended too, the last one, process 9, ended with 70; it was away for 37 s; its last words: StoreError: read-only; 4 ends within 10 minutes',
  )
})
