import assert from 'node:assert/strict'
import { test } from 'node:test'
import { composeMessage } from './compose-message.ts'
import { readMoment } from './read-moment.ts'

const now = Date.UTC(2026, 4, 1, 12)

test('moments are ISO times or times ago', () => {
  assert.equal(readMoment('2h', now), now - 7_200_000)
  assert.equal(readMoment('15m ago', now), now - 900_000)
  assert.equal(readMoment('7d', now), now - 7 * 86_400_000)
  assert.equal(readMoment('2026-05-01T08:00:00Z', now), Date.UTC(2026, 4, 1, 8))
  for (const wrong of ['', 'yesterday', '5', '5x', '2026-13-01', '-2h'])
    assert.throws(() => readMoment(wrong, now), /is no time/)
})

test('a message has the size that was asked for and a subject in encoded words', () => {
  const message = composeMessage({
    from: 'a@a.test',
    to: ['b@b.test', 'c@c.test'],
    subject: 'Grüße aus Köln, und noch viel mehr davon',
    body: 'x',
    bodyBytes: 5000,
    at: new Date(now),
    host: 'mail.test',
  }).toString('latin1')
  const [head = '', ...body] = message.split('\r\n\r\n')
  assert.equal(body.join('\r\n\r\n').length, 5000)
  assert.match(head, /Date: Fri, 01 May 2026 12:00:00 \+0000/)
  assert.match(head, /Subject: =\?UTF-8\?B\?/)
  assert.ok(head.split('\r\n').every((line) => line.length <= 78))
})
