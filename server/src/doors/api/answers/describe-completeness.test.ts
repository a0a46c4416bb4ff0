import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Principal } from '#services/access/principal.ts'
import type { IndexProgress } from '#services/search/search-store.ts'
import { describeCompleteness } from './describe-completeness.ts'

const at = Date.UTC(2026, 4, 1)
const progress: IndexProgress = {
  ...{ completeUpTo: at, behind: 0, total: 9 },
  stretches: [
    {
      ...{ since: at - 60_000, until: at, kind: 'missing', entries: 1234 },
      ...{ foundAt: at + 1000, mendedAt: null },
    },
  ],
  nodes: [
    { node: 'mx-1', completeUpTo: at, unknownSince: null },
    { node: 'mx-2', completeUpTo: at - 5000, unknownSince: at - 5000 },
    { node: 'mx-3', completeUpTo: at - 9000, unknownSince: at - 9000 },
  ],
}

function principal(rights: Principal['rights'], tenants: Principal['tenants']): Principal {
  return { who: 'manager:m', name: 'M', ip: '192.0.2.1', rights, tenant: 'one', tenants, domains: null }
}

test('the house is told of its nodes by name, and how much is wrong', () => {
  const told = describeCompleteness(progress, principal(new Set(['mail.read', 'site.read']), null))
  assert.deepEqual(
    told.nodes.map((each) => each.node),
    ['mx-1', 'mx-2', 'mx-3'],
  )
  assert.equal(told.stretches[0]?.entries, 1234)
})

test('others are told that a part is silent and which stretches are wrong, but no name and no count', () => {
  for (const other of [
    principal(new Set(['mail.read']), null),
    principal(new Set(['mail.read']), new Set(['one'])),
    principal(new Set(['mail.read', 'site.read']), new Set(['one'])),
  ]) {
    const told = describeCompleteness(progress, other)
    assert.doesNotMatch(JSON.stringify(told), /mx-|1234/)
    assert.equal(told.unknownSince, new Date(at - 9000).toISOString())
    assert.deepEqual(
      told.stretches.map(({ from, to, kind }) => [Date.parse(from), Date.parse(to), kind]),
      [[at - 60_000, at, 'missing']],
    )
  }
})
