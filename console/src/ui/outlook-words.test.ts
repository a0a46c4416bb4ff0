import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outlookWords } from './outlook-words.ts'

test('an outlook says how sure it is, and nothing where nobody knows', () => {
  const hour = 3_600_000
  assert.equal(outlookWords({ kind: 'reached', inMs: 72 * hour }, 'full'), 'full in about 3 d at this pace')
  assert.equal(outlookWords({ kind: 'reached', inMs: 60_000 }, 'full'), 'full in about 1 min at this pace')
  assert.equal(outlookWords({ kind: 'reached', inMs: 0 }, 'caught up'), 'caught up already')
  assert.equal(outlookWords({ kind: 'reached', inMs: 0 }, 'full', 'at its limit'), 'at its limit')
  assert.equal(
    outlookWords({ kind: 'not-within', inMs: 10 * hour }, 'full'),
    'not full within 10 h at this pace',
  )
  assert.equal(outlookWords({ kind: 'unknown', inMs: null }, 'full'), 'when it is full is not known')
})
