import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inScope } from './scope.ts'

test('a list keeps its filters in another scope', () => {
  assert.equal(
    inScope('/messages', '?state=returned&q=bill', 'tenant:a'),
    '/messages?state=returned&q=bill&scope=tenant:a',
  )
  assert.equal(
    inScope('/messages', '?state=returned&scope=tenant:a', 'tenant:b'),
    '/messages?state=returned&scope=tenant:b',
  )
  assert.equal(inScope('/messages', '?scope=tenant:a', null), '/messages')
  assert.equal(inScope('/', '?time=day', 'tenant:a'), '/?time=day&scope=tenant:a')
})

test('what belongs to one thing, or to a level of policy, does not go along', () => {
  assert.equal(inScope('/domains/a.test', '?tab=people', 'tenant:b'), '/domains?scope=tenant:b')
  assert.equal(inScope('/policy', '?level=tenant:a', 'tenant:b'), '/policy?scope=tenant:b')
})
