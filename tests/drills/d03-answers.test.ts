import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareList } from './d03-answers.ts'

const row = (messageId: string, rcptTo = 'b@site.example') => ({
  ...{ messageId, rcptTo, mailFrom: 'load@load.example' },
  reply: '451 4.3.0 Mail cannot be stored at the moment',
})
const heard = new Set(['one', 'two'])

test('every envelope that was put off has its row, with sender and recipient', () => {
  assert.deepEqual(compareList([row('one'), row('two')], heard, []), { right: 2, others: 0 })
  assert.deepEqual(compareList([row('one')], heard, []), { right: 1, others: 0 })
  assert.deepEqual(compareList([row('one'), row('two', '')], heard, []), { right: 1, others: 0 })
})

test('a row that nobody was told of is one too many, unless the answer to its recipient was lost', () => {
  const rows = [row('one'), row('two'), row('three')]
  assert.deepEqual(compareList(rows, heard, []), { right: 2, others: 1 })
  assert.deepEqual(compareList(rows, heard, ['new1@site.example']), { right: 2, others: 1 })
  assert.deepEqual(compareList(rows, heard, ['b@site.example']), { right: 2, others: 0 })
  assert.deepEqual(compareList([...rows, row('four')], heard, ['b@site.example']), { right: 2, others: 1 })
})
