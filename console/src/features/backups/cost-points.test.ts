import assert from 'node:assert/strict'
import { test } from 'node:test'
import { costPoints } from './cost-points.ts'

test('a backup counts from when it is whole: until then the one before is the newest', () => {
  const at = (s: number) => new Date(s * 1000).toISOString()
  const backups = [
    { at: at(0), madeAt: at(2) },
    { at: at(240), madeAt: at(250) },
    { at: at(480), madeAt: null },
  ]
  assert.deepEqual(costPoints(backups, 600_000), [
    { at: 250_000, ms: 250_000 },
    { at: 480_000, ms: 240_000 },
    { at: 600_000, ms: 120_000 },
  ])
  assert.deepEqual(costPoints([], 1), [])
  // The clock of who looks may be behind.
  assert.equal(costPoints(backups, 0).at(-1)?.ms, 0)
})
