import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeOutlook } from './describe-outlook.ts'

test('0 says that it is so already: what is reached within seconds is a minute away', () => {
  assert.deepEqual(describeOutlook({ kind: 'reached', inMs: 0 }), { kind: 'reached', inMs: 0 })
  assert.deepEqual(describeOutlook({ kind: 'reached', inMs: 5000 }), { kind: 'reached', inMs: 60_000 })
  assert.deepEqual(describeOutlook({ kind: 'not-within', inMs: 5000 }), { kind: 'not-within', inMs: 0 })
})
