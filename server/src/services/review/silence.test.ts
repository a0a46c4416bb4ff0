import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readReviewSettings } from './review-settings.ts'
import type { Standing } from './review-standing.ts'
import type { ReviewState } from './review-store.ts'
import { describeOutlook } from './silence.ts'

const now = Date.parse('2026-03-04T09:00:00Z')
const hour = 3_600_000
const told: ReviewState = {
  ...{ address: 'anna@one.test', tenant: 'one', dueAt: null, newsSince: null, isAsked: false },
  ...{ freed: 0, mailedAt: now - hour, reviewedAt: null },
}
const waits: Standing = {
  state: { ...told, dueAt: now + 60_000, newsSince: now - 60_000 },
  ...{ waiting: 2, hidden: 0, fresh: 2, unsaid: 1, mail: null },
}
const asked: Standing = { ...waits, state: { ...told, dueAt: now, isAsked: true } }
const none = { waiting: 0, hidden: 0, fresh: 0, unsaid: 0 }

function outlookOf(
  standing: Standing,
  settings: Record<string, string> = {},
  { isListed = true, hasPage = true } = {},
) {
  const { nextAt, silence } = describeOutlook(
    { isListed },
    standing,
    readReviewSettings(settings),
    hasPage,
    now,
  )
  return silence ?? new Date(nextAt).toISOString()
}

describe('what is to be expected of review mails', () => {
  test('news is told at the next time of the day, and what was asked for at once', () => {
    assert.equal(outlookOf(waits), '2026-03-04T11:00:00.000Z')
    assert.equal(outlookOf(waits, { 'review.days': 'mon' }), '2026-03-09T08:00:00.000Z')
    const overdue = { ...waits, state: { ...told, dueAt: now, newsSince: now - 5 * hour } }
    assert.equal(outlookOf(overdue), new Date(now).toISOString(), 'never a time that is over')
    assert.equal(outlookOf({ ...asked, ...none }), new Date(now).toISOString())
  })

  test('where none comes it says why, the widest cause first', () => {
    const outside = { isListed: false, hasPage: false }
    assert.equal(outlookOf(waits, {}, outside), 'no-page')
    assert.equal(outlookOf(waits, {}, { isListed: false }), 'not-listed')
    assert.equal(outlookOf(waits, { 'product.review': 'off', 'review.mail': 'off' }), 'review-off')
    assert.equal(outlookOf(waits, { 'review.sign-in': 'off', 'review.mail': 'off' }), 'sign-in-off')
    assert.equal(outlookOf(waits, { 'review.mail': 'off' }), 'mail-off')
    assert.equal(outlookOf(waits, { 'review.from': '17:00', 'review.until': '08:00' }), 'no-hours')
    assert.equal(outlookOf(waits, { visibility: '100', tolerance: '200' }), 'nothing-shown')
    assert.equal(outlookOf({ ...waits, ...none, hidden: 3 }), 'hidden')
    assert.equal(outlookOf({ ...waits, unsaid: 0, state: told }), 'told')
    assert.equal(outlookOf({ ...none, state: null, mail: null }), 'nothing-waits')
  })

  test('a mail that a manager asked for goes where others are switched off, and not where nobody may sign in', () => {
    assert.equal(outlookOf(asked, { 'review.mail': 'off' }), new Date(now).toISOString())
    assert.equal(outlookOf(asked, { 'review.sign-in': 'off' }), 'sign-in-off')
    assert.equal(outlookOf(asked, {}, { isListed: false }), 'not-listed')
  })
})
