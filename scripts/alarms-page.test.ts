import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')

/** Names that are put together where they are raised; the page has them in full. */
const composed = [
  ...['waiting-10-percent', 'waiting-50-percent', 'waiting-90-percent'],
  ...['stage-slow', 'deferred-share', 'refused-share', 'quarantined-share', 'held-share'],
]

function raisedInSources(): string[] {
  const source = join(root, 'server/src')
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  const names = files
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .flatMap((name) => {
      const text = readFileSync(join(source, name), 'utf8')
      return [...text.matchAll(/\.(?:raise|pulse)\(\s*'([a-z0-9-]+)'/g)].map((match) => match[1] ?? '')
    })
  return [...new Set([...names, ...composed])].sort()
}

test('the page of alarms has every alarm that the sources raise, and no other', () => {
  const page = readFileSync(join(root, 'docs/reference/alarms.md'), 'utf8')
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  const listed = rows.flatMap((line) =>
    [...(line.split('|')[1] ?? '').matchAll(/`([a-z0-9-]+)`/g)].map((each) => each[1]),
  )
  assert.deepEqual(listed.sort(), raisedInSources())
})
