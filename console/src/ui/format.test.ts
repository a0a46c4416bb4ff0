import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { countOf, formatBytes, formatShare } from './format-number.ts'
import { clockTime, dueTime, exactTime, formatDuration, relativeTime, sinceTime } from './format-time.ts'

const now = Date.parse('2026-03-10T12:00:00Z')
const ago = (ms: number) => new Date(now - ms).toISOString()

describe('figures as people read them', () => {
  test('times get coarser with age', () => {
    for (const [ms, said] of [
      [3000, 'just now'],
      [45_000, '45 s ago'],
      [5 * 60_000, '5 min ago'],
      [-30_000, 'in 30 s'],
      [-500, 'now'],
    ] as const)
      assert.equal(relativeTime(ago(ms), now), said)
    assert.match(relativeTime(ago(3 * 86_400_000), now), /^7 Mar, \d\d:00$/)
    assert.equal(relativeTime('2026-01-02T12:00:00Z', now), '2 Jan')
  })

  test('what lasts is told from a moment on', () => {
    assert.match(sinceTime(ago(1000), now), /^\d\d:\d\d$/)
    assert.match(sinceTime(ago(3 * 86_400_000), now), /^7 Mar, \d\d:\d\d$/)
    assert.equal(sinceTime('2025-01-02T12:00:00Z', now), '2 Jan 2025')
    assert.equal(relativeTime('2024-01-02T12:00:00Z', now), '2 Jan 2024')
  })

  test('what is late says since when it is due', () => {
    assert.deepEqual(
      [-30_000, 0, 59_000].map((ms) => dueTime(ago(ms), now)),
      ['in 30 s', 'due now', 'due now'],
    )
    assert.match(dueTime(ago(8 * 60_000), now), /^due since \d\d:52$/)
  })

  test('the exact one names UTC, whatever the zone of the viewer', () => {
    assert.match(exactTime('2026-03-10T12:34:56Z'), /2026-03-10 12:34:56 UTC$/)
    assert.match(clockTime('2026-03-01T12:34:56Z', now), /^1 Mar, \d\d:34:56$/)
  })

  test('durations, sizes, counts, shares', () => {
    assert.deepEqual([350, 1234, 61_000, 3 * 3_600_000, 12_000_000, 50 * 3_600_000].map(formatDuration), [
      '350 ms',
      '1.2 s',
      '1 min',
      '3 h',
      '3 h 20 min',
      '2 d 2 h',
    ])
    assert.deepEqual([820, 12_300, 3_400_000].map(formatBytes), ['820 bytes', '12 kB', '3.4 MB'])
    assert.deepEqual(
      [countOf(1, 'message'), countOf(1234, 'delivery', 'deliveries')],
      ['1 message', '1,234 deliveries'],
    )
    assert.deepEqual([0, 0.004, 0.5].map(formatShare), ['0 %', '0.4 %', '50 %'])
  })
})
