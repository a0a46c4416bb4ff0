import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alarmAdvice } from '#ground/platform/alarm-advice.ts'
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
  assert.match(told, /mx1\.test.*the meter was broken.*mx2\.test: it does not answer.*What to do: \S/)
  assert.deepEqual(more, [])
})

test('a mail says once for each of the worst kinds what to do, and nothing of it when all is over', () => {
  const told = (names: readonly string[], state: 'open' | 'over') => {
    const lines = names.map((name, n) => ({
      ...{ name, subject: `mx${n}.test`, since: 1000, text: 'it does not answer', state },
      ...{ raisedAt: 1, endedAt: state === 'over' ? 2 : null, clearedAt: null, why: '' },
    }))
    const words = wordsOf({
      notice: {
        ...{ id: 'n1', subscription: 's', cause: 'delivery', openedAt: 0, joinedAt: 0, revision: 2 },
        ...{ ackedAt: null, ackedBy: null, endedAt: state === 'over' ? 2 : null, tellings: [], lines },
      },
      ...{ scope: 'tenant:house', toldRevision: 0, secret: 's', consoleUrl: '', incidentOf: () => null },
    })
    const mail = { id: 'm', to: 'ops@mail.test', tenant: '', words, first: null }
    return alarmMailOf(mail, 'mail.test', 'Mailkeep').lines.filter((each) => each.startsWith('What to do'))
  }
  const many = Object.keys(alarmAdvice).slice(0, 5)
  assert.equal(told(['next-hop-down', 'next-hop-down'], 'open').length, 1)
  assert.equal(new Set(told(many, 'open')).size, 3)
  assert.deepEqual(told(['of-a-later-version'], 'open'), [])
  assert.deepEqual(told(['next-hop-down'], 'over'), [])
})
