import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deepest, isTooDeep } from './json-depth.ts'

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)

test('what lies deeper than the bound is found, and what stands side by side or in a text is not deep', () => {
  assert.equal(isTooDeep(nested(deepest)), false)
  assert.equal(isTooDeep(nested(deepest + 1)), true)
  assert.equal(isTooDeep(`${'{"a":'.repeat(deepest + 1)}0${'}'.repeat(deepest + 1)}`), true)
  assert.equal(isTooDeep(`[${'[{}],'.repeat(5000)}0]`), false)
  assert.equal(isTooDeep(JSON.stringify({ text: nested(5000), [nested(5000)]: '\\"['.repeat(500) })), false)
  assert.equal(isTooDeep(`["\\\\",${nested(deepest)}]`), true, 'a text may end with a backslash')
})
