import assert from 'node:assert/strict'
import { test } from 'node:test'
import { enteredValue } from './entered-value.ts'

test('quotes of a zone file are not typed into a form', () => {
  assert.equal(enteredValue('TXT', '"v=spf1 mx ~all"'), 'v=spf1 mx ~all')
  assert.equal(enteredValue('TXT', 'v=spf1 mx ~all'), 'v=spf1 mx ~all')
  assert.equal(enteredValue('MX', '10 mail.example.'), '10 mail.example.')
})
