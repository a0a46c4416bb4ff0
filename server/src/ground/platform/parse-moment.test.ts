import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMoment } from './parse-moment.ts'

const now = Date.UTC(2026, 4, 1, 12)
const hour = 3_600_000

test('a moment is an ISO time or a time ago, and nothing else that a clock might be talked into', () => {
  for (const [text, at] of [
    ['2h', now - 2 * hour],
    ['1.5h', now - 1.5 * hour],
    ['90s', now - 90_000],
    ['15m ago', now - 900_000],
    ['7d', now - 168 * hour],
    ['2026-05-01', Date.UTC(2026, 4, 1)],
    ['2026-05-01T08:00:00Z', Date.UTC(2026, 4, 1, 8)],
    [' 2026-05-01T08:00:00.123Z ', Date.UTC(2026, 4, 1, 8, 0, 0, 123)],
    ['2026-05-01T08:00+02:00', Date.UTC(2026, 4, 1, 6)],
  ] as const)
    assert.deepEqual([parseMoment(text, now, false), parseMoment(text, now, true)], [at, at], text)
  for (const wrong of [
    ...['', '7', '1e3', '-2h', '5x', '2001', '07', 'May 2026', '1 May 2026', 'yesterday', '2026-05'],
    ...['2026-13-01', '2026-02-30', '2026-05-01T25:00Z', '2026-05-01T08:00 Z', '2026-05-01T08:00:00 02:00'],
    ...['99999999h', '2026-05-01T08:00:00Zulu', `2026-05-01${' '.repeat(50)}x`],
  ])
    assert.deepEqual([parseMoment(wrong, now, false), parseMoment(wrong, now, true)], [null, null], wrong)
})

test('a time of day without a zone is of this machine where somebody types at it, and none from elsewhere', () => {
  for (const text of ['2026-05-01T08:00', '2026-05-01 08:00:30']) {
    assert.equal(parseMoment(text, now, false), null)
    assert.equal(parseMoment(text, now, true), Date.parse(text))
  }
})
