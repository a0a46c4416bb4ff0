import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClientErrors } from './client-errors.ts'
import { replies } from './replies.ts'

test('what is refused for a fault of ours is no error of the client, nor what it sent behind it', () => {
  const errors = new ClientErrors()
  for (let i = 0; i < 50; i++) {
    errors.note(replies.diskFull('1'))
    errors.note(replies.badSequence('MAIL'))
    errors.note(replies.noValidRecipients)
    errors.note(replies.ok)
  }
  for (const each of [replies.spoolSlow('1'), replies.loginAway('1'), replies.noTlsNow]) errors.note(each)
  assert.equal(errors.note(replies.directoryAway('1')), 0)
})

test('its own errors count, whatever was refused before', () => {
  const errors = new ClientErrors()
  errors.note(replies.ownFault('1'))
  assert.equal(errors.note(replies.unknownCommand), 1)
  assert.equal(errors.note(replies.badSequence('MAIL')), 2, 'its own error lies between')
  errors.note(replies.diskFull('1'))
  errors.note(replies.ok)
  assert.equal(errors.note(replies.badSequence('MAIL')), 3, 'it had its answer')
})
