import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFilter } from './read-filter.ts'

test('recipients are one or several, with commas between', () => {
  assert.deepEqual(readFilter({ recipient: 'a.test' }, 0), { recipient: 'a.test' })
  assert.deepEqual(readFilter({ recipient: ' a.test, b@c.test ' }, 0), { recipient: ['a.test', 'b@c.test'] })
  assert.deepEqual(readFilter({ recipient: ' ' }, 0), {})
})
