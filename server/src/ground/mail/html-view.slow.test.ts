import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLinear, measureGrowth } from '../../../../tests/mail/growth.ts'
import { viewHtml } from './html-view.ts'

test('the time that an HTML text takes grows with its length only', () => {
  const texts: Readonly<Record<string, (count: number) => string>> = {
    'open quotes': (count) => '<div style="display:none"><a href="'.repeat(count),
    'inline nesting': (count) => `${'<b>'.repeat(count)}x`,
    'open references and comments': (count) => `${'&amp'.repeat(count)}${'<!--'.repeat(count)}`,
    nesting: (count) => `${'<div>'.repeat(count)}<p>deep`,
    'nested tables': (count) => '<table><tr><td>'.repeat(count),
  }
  for (const [name, make] of Object.entries(texts)) {
    const growth = measureGrowth(make, (html) => viewHtml(html), 5000)
    assert.ok(isLinear(growth), `${name}: ${growth.toFixed(1)} times as dear`)
  }
  assert.equal(viewHtml(`${'<div>'.repeat(160_000)}<p>deep`).visible, 'deep')
})
