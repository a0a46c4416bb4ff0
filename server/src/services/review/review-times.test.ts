import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readReviewSettings, releaseWayOf, sendsReviews } from './review-settings.ts'
import { nextReviewAt } from './review-times.ts'

const { times: plain } = readReviewSettings({})
const at = (text: string) => Date.parse(text)
const next = (settings: Record<string, string>, news: string, now: string) =>
  new Date(nextReviewAt(readReviewSettings(settings).times, at(news), at(now))).toISOString()

describe('times of review mails', () => {
  test('every three hours from 8 to 17, seven days', () => {
    assert.deepEqual([plain.from, plain.until, plain.everyMinutes, plain.days.size], [480, 1020, 180, 7])
    assert.equal(next({}, '2026-03-04T07:10:00Z', '2026-03-04T07:20:00Z'), '2026-03-04T08:00:00.000Z')
    assert.equal(next({}, '2026-03-04T08:10:00Z', '2026-03-04T08:20:00Z'), '2026-03-04T11:00:00.000Z')
    assert.equal(next({}, '2026-03-04T08:10:00Z', '2026-03-04T11:00:05Z'), '2026-03-04T11:00:00.000Z', 'due')
    assert.equal(next({}, '2026-03-04T17:10:00Z', '2026-03-04T18:00:00Z'), '2026-03-05T08:00:00.000Z')
  })

  test('one that was missed is made up for within the hours, and not at night', () => {
    assert.equal(next({}, '2026-03-04T10:00:00Z', '2026-03-04T13:30:00Z'), '2026-03-04T11:00:00.000Z')
    assert.equal(next({}, '2026-03-04T15:00:00Z', '2026-03-04T17:20:00Z'), '2026-03-04T17:00:00.000Z')
    assert.equal(next({}, '2026-03-04T15:00:00Z', '2026-03-04T19:00:00Z'), '2026-03-05T08:00:00.000Z')
  })

  test('days, hours and the interval are those of the level, in its time zone', () => {
    const office = {
      'time-zone': 'America/New_York',
      'review.days': 'mon,tue,wed,thu,fri',
      'review.every': '24',
      'review.from': '09:30',
    }
    // A Friday, after the mail of the day.
    assert.equal(next(office, '2026-03-06T15:00:00Z', '2026-03-06T16:00:00Z'), '2026-03-09T14:30:00.000Z')
    // Over the change of the clocks it is looked at anew, then right.
    assert.equal(next(office, '2026-03-06T15:00:00Z', '2026-03-09T13:30:10Z'), '2026-03-09T13:30:00.000Z')
    assert.equal(next(office, '2026-03-03T10:00:00Z', '2026-03-03T11:00:00Z'), '2026-03-03T14:30:00.000Z')
  })

  test('none where nobody would see anything, or no hour is left', () => {
    const sends = (settings: Record<string, string>) => sendsReviews(readReviewSettings(settings))
    assert.equal(sends({}), true)
    assert.equal(sends({ visibility: '300' }), true)
    assert.equal(sends({ visibility: '200' }), false, 'visibility at tolerance')
    assert.equal(sends({ visibility: '250', tolerance: '300' }), false)
    assert.equal(sends({ 'review.from': '17:00' }), false, 'start at end')
    assert.equal(sends({ 'review.mail': 'off' }), false)
    assert.equal(sends({ 'review.sign-in': 'off' }), false)
    assert.equal(sends({ 'product.review': 'off' }), false)
    assert.equal(readReviewSettings({ 'product.review': 'off' }).maySignIn, false)
  })
})

test('who lets mail go: by verdict, never a virus, and a manager where nobody has said', () => {
  const way = (verdict: string, reason = 'score', settings = {}) =>
    releaseWayOf(settings, { verdict, reason })
  assert.equal(way('spam'), 'self')
  assert.equal(way('phishing'), 'request')
  assert.equal(way('clean', 'unscanned'), 'request')
  assert.equal(way('spam', 'score', { 'release.spam': 'manager' }), 'manager')
  assert.equal(way('virus', 'virus', { 'release.virus': 'self' }), 'manager')
  assert.equal(way('spam', 'virus', { 'release.spam': 'self' }), 'manager', 'found at release')
  assert.equal(way('something-new'), 'manager')
})
