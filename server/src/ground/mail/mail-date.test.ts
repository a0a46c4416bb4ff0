import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatMailDate, parseMailDate } from './mail-date.ts'

const cases: [text: string, iso: string | null][] = [
  ['Tue, 03 Sep 2025 10:00:00 +0200', '2025-09-03T08:00:00.000Z'],
  ['3 Sep 2025 10:00 -0330', '2025-09-03T13:30:00.000Z'],
  ['Sat, 20 Nov 2021 14:22:01 -0800 (PST)', '2021-11-20T22:22:01.000Z'],
  ['Sat, 20 Nov 2021 14:22:01 PST', '2021-11-20T22:22:01.000Z'],
  ['Sat, 20 Nov 2021 14:22:01 GMT', '2021-11-20T14:22:01.000Z'],
  ['Sat, 20 Nov 2021 14:22:01 Z', '2021-11-20T14:22:01.000Z'],
  ['Sat, 20 Nov 2021 14:22:01', '2021-11-20T14:22:01.000Z'],
  ['Sat (day), 20 (d) Nov 2021 14:22:01 +0000', '2021-11-20T14:22:01.000Z'],
  ['20 Nov 21 1:02 EST', '2021-11-20T06:02:00.000Z'],
  ['20 Nov 69 01:02:03 EST', '1969-11-20T06:02:03.000Z'],
  ['20 Nov 121 01:02:03 +0000', '2021-11-20T01:02:03.000Z'],
  ['Saturday, 20-November-2021 14:22:01 +0000', '2021-11-20T14:22:01.000Z'],
  ['Wed, 29 Feb 2023 10:00:00 +0000', null],
  ['20 Foo 2021 14:22:01 +0000', null],
  ['20 Nov 2021 25:22:01 +0000', null],
  ['tomorrow', null],
  ['', null],
]

for (const [text, iso] of cases) {
  test(JSON.stringify(text), () => {
    const time = parseMailDate(text)
    assert.equal(time === null ? null : new Date(time).toISOString(), iso)
  })
}

test('property: a date that is written is read as itself', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
      const text = formatMailDate(seconds * 1000)
      assert.match(
        text,
        /^(Sun|Mon|Tue|Wed|Thu|Fri|Sat), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} \+0000$/,
      )
      assert.equal(parseMailDate(text), seconds * 1000)
    }),
  )
})

test('property: any text is read without an error', () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 5 }),
    fc.constantFrom('1', '20', ' ', 'Nov', ':', '+0000', '(', ')', '-', ','),
  )
  fc.assert(fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => void parseMailDate(pieces.join(''))))
})
