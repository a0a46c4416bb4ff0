import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { adviceByPart, adviceFor, alarmAdvice } from '../server/src/ground/platform/alarm-advice.ts'
import { alarmKinds, alarmParts } from '../server/src/ground/platform/alarm-kinds.ts'
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

test('every alarm that the sources raise has a severity, and no other', () => {
  assert.deepEqual(Object.keys(alarmKinds).sort(), raisedInSources())
})

test('of every alarm it is said what it means and what to do, by name', () => {
  assert.deepEqual(Object.keys(alarmAdvice), raisedInSources())
})

test('advice stands with that of the part that its alarm comes from, where somebody looks for it', () => {
  for (const part of alarmParts)
    for (const name of Object.keys(adviceByPart[part])) assert.equal(alarmKinds[name]?.part, part, name)
})

test('advice is read outside the docs too: no signs of a link are left, and a page is named by its path', () => {
  const advice = adviceFor(raisedInSources())
  assert.equal(advice.length, raisedInSources().length)
  for (const { name, means, todo } of advice)
    assert.doesNotMatch(`${means} ${todo}`, /\]\(|\.\.\/|\([^()]*\(docs|(?<!`[^`]*)\*/, name)
  for (const [page] of JSON.stringify(advice).matchAll(/docs\/[a-z-]+\/[a-z-]+\.md/g))
    assert.ok(existsSync(join(root, page)), page)
  assert.deepEqual(adviceFor(['of-a-newer-version', 'toString']), [])
})

test('of every alarm it is said once whether the public page turns by it', () => {
  assert.deepEqual([...Object.keys(publicFaults), ...Object.keys(privateFaults)].sort(), raisedInSources())
})
