import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zoneText } from './zone-text.ts'

test('a text longer than one string of a record stands in several, which are the text again', () => {
  assert.equal(zoneText('v=spf1 -all'), '"v=spf1 -all"')
  assert.equal(zoneText(''), '""')
  assert.equal(zoneText('say "a\\b"'), '"say \\"a\\\\b\\""')
  const key = `v=DKIM1; k=rsa; p=${'Ab+/'.repeat(98)}`
  const strings = zoneText(key).split('" "')
  assert.equal(strings.length, 2)
  for (const each of strings) assert.ok(each.replaceAll('"', '').length <= 255)
  assert.equal(strings.join('').replaceAll('"', ''), key)
})

test('a string is counted in octets, and no character is cut', () => {
  const text = `a${'ü'.repeat(300)}${'😀'.repeat(70)}`
  const strings = zoneText(text).slice(1, -1).split('" "')
  assert.deepEqual(
    strings.map((each) => Buffer.byteLength(each)),
    [255, 254, 252, 120],
  )
  assert.equal(strings.join(''), text)
})
