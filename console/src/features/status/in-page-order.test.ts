import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupOf, inPageOrder } from './in-page-order.ts'

test('parts stand behind their group; a part whose group is gone stands by itself, and is seen', () => {
  const components = [
    { id: 'gateway', parent: null },
    { id: 'journal', parent: 'gone' },
    { id: 'console', parent: null },
    { id: 'logs', parent: 'gateway' },
  ]
  assert.deepEqual(
    inPageOrder(components).map(({ id }) => id),
    ['gateway', 'logs', 'journal', 'console'],
  )
  assert.deepEqual(
    components.map((each) => groupOf(each, components)),
    [null, null, null, 'gateway'],
  )
})
