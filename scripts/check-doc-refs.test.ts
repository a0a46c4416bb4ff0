import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkDocument } from './check-doc-refs.ts'

const files = new Set([
  'docs/reference/alarms.md',
  'docs/operate/first-steps.md',
  'server/src',
  'CHANGELOG.md',
])
const check = (text: string) => checkDocument('docs/operate/first-steps.md', text, (path) => files.has(path))

test('paths and links that exist are fine, from the root and from beside the document', () => {
  assert.deepEqual(check('`server/src` and [alarms](../reference/alarms.md#names) and `CHANGELOG.md`'), [])
})

test('patterns, commands and addresses are no paths', () => {
  assert.deepEqual(
    check('`tests/**/*.test.ts` `npm start` [site](https://example.com/x.md) `mailkeep.yaml`'),
    [],
  )
})

test('a path that is gone is told with its line', () => {
  assert.deepEqual(check('fine\n`server/gone.ts` [x](gone.md)'), [
    'docs/operate/first-steps.md:2: there is no server/gone.ts',
    'docs/operate/first-steps.md:2: there is no docs/operate/gone.md',
  ])
})
