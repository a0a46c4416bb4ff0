import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkQuietHours, mayTell, type QuietHours, quietEnd } from './quiet-hours.ts'

const nights: QuietHours = {
  ...{ days: [], from: '22:00', to: '07:00', zone: 'Europe/Berlin', holdsCritical: false },
}
const endOf = (quiet: QuietHours, at: string) => {
  const end = quietEnd(quiet, Date.parse(at))
  return end === null ? null : new Date(end).toISOString().slice(0, 16)
}
type Row = readonly [what: string, quiet: QuietHours, at: string, end: string | null]

// In Europe/Berlin clocks go forward on 2026-03-29 at 01:00 UTC, and back on 2026-10-25 at 01:00 UTC.
const table: readonly Row[] = [
  ['a minute before', nights, '2026-01-14T20:59:59Z', null],
  ['at the beginning', nights, '2026-01-14T21:00:00Z', '2026-01-15T06:00'],
  ['after midnight', nights, '2026-01-15T03:00:00Z', '2026-01-15T06:00'],
  ['at the end', nights, '2026-01-15T06:00:00Z', null],
  ['by the clock of the summer', nights, '2026-07-14T20:00:00Z', '2026-07-15T05:00'],
  ['the short night', nights, '2026-03-28T21:00:00Z', '2026-03-29T05:00'],
  ['the long night', nights, '2026-10-24T20:00:00Z', '2026-10-25T06:00'],
  ['an end that is left out', { ...nights, to: '02:30' }, '2026-03-29T00:59:00Z', '2026-03-29T01:30'],
  ['an end that comes twice', { ...nights, to: '02:30' }, '2026-10-25T00:10:00Z', '2026-10-25T00:30'],
  ['by day', { ...nights, from: '12:00', to: '14:00' }, '2026-01-15T12:00:00Z', '2026-01-15T13:00'],
  ['Friday night is of Friday', { ...nights, days: ['fri'] }, '2026-01-17T03:00:00Z', '2026-01-17T06:00'],
  ['Saturday night is not', { ...nights, days: ['fri'] }, '2026-01-17T22:00:00Z', null],
  [
    'a weekend is one stretch',
    { ...nights, days: ['sat', 'sun'], from: '00:00', to: '00:00' },
    '2026-01-17T12:00:00Z',
    '2026-01-18T23:00',
  ],
  ['a zone with half hours', { ...nights, zone: 'Asia/Kolkata' }, '2026-01-14T16:30:00Z', '2026-01-15T01:30'],
  [
    'a zone a day ahead',
    { ...nights, zone: 'Pacific/Kiritimati' },
    '2026-01-14T08:00:00Z',
    '2026-01-14T17:00',
  ],
]

describe('quiet hours', () => {
  for (const [what, quiet, at, end] of table) test(what, () => assert.equal(endOf(quiet, at), end))

  test('what is critical passes, unless it is to wait', () => {
    const night = Date.parse('2026-01-15T03:00:00Z')
    assert.equal(mayTell(nights, 'error', night), false)
    assert.equal(mayTell(nights, 'critical', night), true)
    assert.equal(mayTell({ ...nights, holdsCritical: true }, 'critical', night), false)
    assert.equal(mayTell(null, 'warning', night), true)
  })

  test('what cannot be kept to is refused', () => {
    const wrong: [Partial<QuietHours>, RegExp][] = [
      [{ from: '25:00' }, /25:00 is no time/],
      [{ zone: 'Mars/Olympus' }, /no time zone/],
      [{ days: ['someday' as 'sun'] }, /no day/],
      [{ from: '08:00', to: '08:00' }, /never end/],
    ]
    for (const [more, text] of wrong) assert.throws(() => checkQuietHours({ ...nights, ...more }), text)
    const week = ['mon', 'sun', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
    assert.deepEqual(checkQuietHours({ ...nights, days: week }).days, [])
    assert.deepEqual(checkQuietHours({ ...nights, days: ['sat', 'mon'] }).days, ['mon', 'sat'])
  })
})
