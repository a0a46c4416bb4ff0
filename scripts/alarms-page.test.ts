import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { alarmKinds } from '../server/src/ground/platform/alarm-kinds.ts'
import { privateFaults, publicFaults } from '../server/src/services/status/public-faults.ts'

const root = join(import.meta.dirname, '..')

/** Names that are put together where they are raised; the page has them in full. */
const composed = [
  ...['waiting-10-percent', 'waiting-50-percent', 'waiting-90-percent'],
  ...['stage-slow', 'deferred-share', 'refused-share', 'quarantined-share', 'held-share'],
  ...['disk-slow', 'store-locked', 'process-halts'],
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

/** Kinds and severities of each row of the page. */
function rowsOfPage(): { names: string[]; severities: string[] }[] {
  const page = readFileSync(join(root, 'docs/reference/alarms.md'), 'utf8')
  return page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const [, names = '', severity = ''] = line.split('|')
      return {
        names: [...names.matchAll(/`([a-z0-9-]+)`/g)].map((each) => each[1] ?? ''),
        severities: severity.split(',').map((each) => each.trim()),
      }
    })
}

test('the page of alarms has every alarm that the sources raise, and no other', () => {
  const listed = rowsOfPage().flatMap((each) => each.names)
  assert.deepEqual(listed.sort(), raisedInSources())
})

test('every alarm has a severity, in alarm-kinds.ts and the same on the page', () => {
  assert.deepEqual(Object.keys(alarmKinds).sort(), raisedInSources())
  for (const { names, severities } of rowsOfPage())
    assert.deepEqual(
      names.map((name, n) => [name, severities[n] ?? severities[0]]),
      names.map((name) => [name, alarmKinds[name]?.severity]),
    )
})

test('of every alarm it is said once whether the public page turns by it', () => {
  assert.deepEqual([...Object.keys(publicFaults), ...Object.keys(privateFaults)].sort(), raisedInSources())
})
