import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { deductions } from './deductions.ts'

test('the page of Radar publishes every deduction as it is', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/operate/radar.md'), 'utf8')
  const rows = page.split('\n').flatMap((line) => {
    const [, code, points, title] = /^\| `([a-z-]+)` \| (\d+) \| (.+) \|$/.exec(line) ?? []
    return code === undefined ? [] : [[code, Number(points), title]]
  })
  assert.deepEqual(
    rows,
    Object.entries(deductions).map(([code, [points, title]]) => [code, points, title]),
  )
})
