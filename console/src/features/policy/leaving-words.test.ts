import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isKeptDays, leavingWords } from './leaving-words.ts'

describe('what is asked before mail leaves by a setting', () => {
  test('says how much leaves, and for how long mail is kept from now on', () => {
    const { title, text, action } = leavingWords('quarantine.days', 12, false, '2')
    assert.equal(title, 'Delete 12 messages from quarantine?')
    assert.match(text, /for 2 days from now on/)
    assert.equal(action, 'Change it and delete 12 messages')
  })

  test('says one of one', () => {
    const { title, text } = leavingWords('returned.days', 1, false, '1')
    assert.equal(title, 'Delete the content of 1 message?')
    assert.match(text, /for 1 day from now on/)
  })

  test('says that it may be fewer where not all was looked at', () => {
    const { title, action } = leavingWords('held.days', 10_000, true, '3')
    assert.equal(title, 'Return up to 10,000 messages to the sender?')
    assert.equal(action, 'Change it and return up to 10,000 messages')
  })

  test('names no days where the level above or the site says them', () => {
    for (const value of [null, 'site'])
      assert.match(leavingWords('held.days', 2, false, value).text, /held for a shorter time from now on/)
  })

  test('is asked for settings that keep mail, and for no others', () => {
    assert.equal(isKeptDays('held.days'), true)
    assert.equal(isKeptDays('tolerance'), false)
  })
})
