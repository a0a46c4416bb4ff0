import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLinear, measureGrowth } from '../../../../../tests/mail/growth.ts'
import { mostLetters, sanitizeHtml } from './sanitize-html.ts'

test('a long, deep or crowded text costs time in step with its length', () => {
  const makes: readonly ((n: number) => string)[] = [
    (n) => '<b>'.repeat(n),
    (n) => '<div><table><tr><td>'.repeat(n),
    (n) => `<p ${'a=1 '.repeat(n)}>`,
    (n) => '<a href=x>'.repeat(n),
    (n) => `<p style="${'a:b;'.repeat(n)}">`,
    (n) => '<!--'.repeat(n),
    (n) => '<p title="'.repeat(n),
    (n) => '&amp'.repeat(n),
    (n) => '</b><b></p>'.repeat(n),
    (n) => '<li><b><i>'.repeat(n),
    (n) => '<img src="data:image/png;base64,'.repeat(n),
  ]
  for (const make of makes) {
    const growth = measureGrowth(make, (text) => sanitizeHtml(text), 10_000)
    assert.ok(isLinear(growth), `${make(1)}: ${growth.toFixed(1)} times as dear`)
  }
  const { removed } = sanitizeHtml('x'.repeat(mostLetters + 1))
  assert.deepEqual(removed, ['rest of a long text'])
})
