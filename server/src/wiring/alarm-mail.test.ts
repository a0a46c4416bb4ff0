import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wordsOf } from '#services/alarms/notice-words.ts'
import { alarmMailOf } from './alarm-mail.ts'

test('a mail about one that was wrong says so of that one, and lists those that go on', () => {
  const line = (subject: string) => ({
    ...{ name: 'next-hop-down', subject, since: 1000, text: 'it does not answer' },
    ...{ state: 'open' as const, raisedAt: 1, endedAt: null, clearedAt: null, why: '' },
  })
  const wrong = { ...line('mx1.test'), state: 'wrong' as const, endedAt: 2, why: 'the meter was broken' }
  const words = wordsOf({
    notice: {
      ...{ id: 'n1', subscription: 's', cause: 'delivery', openedAt: 0, joinedAt: 0, revision: 2 },
      ...{ ackedAt: null, ackedBy: null, endedAt: null, tellings: [], lines: [wrong, line('mx2.test')] },
    },
    ...{ scope: 'tenant:house', toldRevision: 1, secret: 's', consoleUrl: '', incidentOf: () => null },
  })
  const mail = { id: 'm', to: 'ops@mail.test', tenant: '', words, first: null }
  const { subject, lines } = alarmMailOf(mail, 'mail.test', 'Mailkeep')
  assert.equal(subject, 'Wrong alarm: next-hop-down, mx1.test; still open: next-hop-down, mx2.test')
  const [, told = '', ...more] = lines.join(' ').split('It said: ')
  assert.match(told, /mx1\.test.*the meter was broken.*mx2\.test: it does not answer/)
  assert.deepEqual(more, [])
})
