import assert from 'node:assert/strict'
import { test } from 'node:test'
import { monthOf, rangeOf } from './range.ts'

const now = Date.UTC(2026, 0, 15, 12, 0, 30)

test('stretches of time end with this minute, months with their last', () => {
  assert.deepEqual(rangeOf('day', now), {
    since: '2026-01-14T12:01:00.000Z',
    until: '2026-01-15T12:01:00.000Z',
  })
  assert.deepEqual(rangeOf('month', now), {
    since: '2025-12-01T00:00:00.000Z',
    until: '2026-01-01T00:00:00.000Z',
  })
  assert.equal(rangeOf('this-month', now).since, '2026-01-01T00:00:00.000Z')
  assert.equal(monthOf('2025-12-01T00:00:00.000Z'), 'December 2025')
})
