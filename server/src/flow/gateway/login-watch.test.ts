import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LoginWatch } from './login-watch.ts'

function watch() {
  const told: string[] = []
  const clock = { now: () => clock.at, at: 0 }
  const found = new LoginWatch({ pulse: (name, _subject, text) => void told.push(`${name}: ${text}`) }, clock)
  return { told, clock, watch: found }
}

test('five logins and a fifth of those that try are told, once they are', () => {
  const { told, watch: logins } = watch()
  for (let n = 0; n < 20; n++) logins.note(`good${n}@x.test`, 'proved', true)
  for (let n = 0; n < 4; n++) logins.note(`bad${n}@x.test`, 'unavailable', true)
  assert.deepEqual(told, [])
  logins.note('bad4@x.test', 'unavailable', true)
  assert.match(told[0] ?? '', /^logins-fail: 5 logins .* cannot be looked up/)
})

test('guessing at names that are nobody’s, one wrong telephone and the minute before are not told', () => {
  const { told, clock, watch: logins } = watch()
  for (let n = 0; n < 100; n++) logins.note(`guess${n}@x.test`, 'wrong', false)
  for (let n = 0; n < 100; n++) logins.note('phone@x.test', 'wrong', true)
  for (let n = 0; n < 3; n++) logins.note(`early${n}@x.test`, 'wrong', true)
  clock.at = 61_000
  for (let n = 0; n < 2; n++) logins.note(`late${n}@x.test`, 'wrong', true)
  assert.deepEqual(told, [])
})
