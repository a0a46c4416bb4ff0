import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { describe, test } from 'node:test'
import {
  checkPagerEvent,
  checkSignedAlarm,
  checkSlackMessage,
} from '../../../../tests/harness/alarm-receivers.ts'
import { postOf } from './notice-forms.ts'
import type { Notice, NoticeLine } from './notice-store.ts'
import { wordsOf } from './notice-words.ts'

const hostile = '<!channel> *now* <https://bad.test|ok>\r\n| & ~`_ \u0000\ud800 '
const line = (n: number, more: Partial<NoticeLine> = {}): NoticeLine => ({
  ...{ name: 'next-hop-down', subject: `mx${n}.test`, since: 1000 + n, text: 'it does not answer' },
  ...{ state: 'open', raisedAt: 1, endedAt: null, clearedAt: null, why: '', ...more },
})
const noticeOf = (lines: readonly NoticeLine[], more: Partial<Notice> = {}): Notice => ({
  ...{ id: 'n1', subscription: 's', cause: 'delivery', openedAt: 0, joinedAt: 0, revision: 1 },
  ...{ ackedAt: null, ackedBy: null, endedAt: null, tellings: [], lines, ...more },
})
const words = (notice: Notice, toldRevision = 0) =>
  wordsOf({
    ...{ notice, scope: 'tenant:house', toldRevision, secret: 's'.repeat(43) },
    consoleUrl: 'https://mail.example',
    incidentOf: () => ({ id: 'inc1', name: hostile.repeat(9) }),
  })
const over = (n: number) => line(n, { state: 'over', endedAt: 2, clearedAt: 5000 })

const cases: Readonly<Record<string, Notice>> = {
  one: noticeOf([line(1)]),
  'hostile text': noticeOf([line(1, { subject: hostile.repeat(30), text: hostile.repeat(200) })]),
  'five hundred of them': noticeOf(
    Array.from({ length: 500 }, (_, n) => line(n, { name: `kind-${n % 40}`, text: '&<>'.repeat(400) })),
  ),
  'after quiet hours': noticeOf([line(1), line(2)], { cause: 'quiet:1' }),
  over: noticeOf([over(1), over(2)], { revision: 2, endedAt: 5000 }),
  'wrong ones': noticeOf([line(1, { state: 'wrong', endedAt: 2, clearedAt: 1, why: hostile })], {
    revision: 2,
  }),
  'one that has ended before it was told': noticeOf([over(1)], { revision: 2, endedAt: 5000 }),
  test: noticeOf([line(1)], { cause: 'test', ackedAt: 1 }),
  drill: noticeOf([line(1)], { cause: 'drill', ackedAt: 1 }),
}

describe('what programs are told', () => {
  for (const [name, notice] of Object.entries(cases))
    test(`${name}: in each form as it is written down`, () => {
      const given = words(notice, notice.revision - 1)
      const key = 'K'.repeat(32)
      const pager = postOf({ form: 'pagerduty', secret: key }, given, 'm1', 1000)
      checkPagerEvent(JSON.parse(pager.body), pager.body)
      const slack = postOf({ form: 'slack', secret: '' }, given, 'm1', 1000)
      checkSlackMessage(JSON.parse(slack.body))
      const { headers, body } = postOf({ form: 'webhook', secret: 'whsec' }, given, 'm1', 1000)
      checkSignedAlarm(() => 'whsec')(JSON.parse(body), body, { headers } as unknown as IncomingMessage)
    })

  test('the headline names what is critical first, then what is most', () => {
    const many = (name: string, count: number) =>
      Array.from({ length: count }, (_, n) => line(n, { name, subject: `${name} ${n}` }))
    const notice = noticeOf([
      ...[...many('next-hop-defers', 9), ...many('sender-suspended', 4)],
      ...[...many('target-out', 5), ...many('disk-full', 1)],
    ])
    const said = words(notice)
    assert.equal(said.groups[0]?.name, 'disk-full')
    assert.match(said.headline, /^19 alarms: 1 disk-full, /)
  })

  test('a pager closes at the end what it opened, by the same key', () => {
    const bodyOf = (notice: Notice, told: number) =>
      JSON.parse(postOf({ form: 'pagerduty', secret: 'K' }, words(notice, told), 'm', 0).body)
    const [opened, more, closed, wrong] = [
      bodyOf(cases.one as Notice, 0),
      bodyOf(noticeOf([line(1), line(2, { raisedAt: 2 })], { revision: 2 }), 1),
      bodyOf(cases.over as Notice, 1),
      bodyOf(noticeOf([line(1, { state: 'wrong', endedAt: 2 })], { revision: 2, endedAt: 1 }), 1),
    ]
    assert.deepEqual(
      [opened, more, closed, wrong].map((each) => each.event_action),
      ['trigger', 'trigger', 'resolve', 'resolve'],
    )
    assert.equal(new Set([opened, more, closed, wrong].map((each) => each.dedup_key)).size, 1)
    assert.equal(more.payload.summary, 'More alarms: 2 alarms: 2 next-hop-down')
  })

  test('one that was wrong closes nothing while others go on: both are listed', () => {
    const wrong = line(1, { state: 'wrong', endedAt: 3, clearedAt: 1, why: 'the meter was broken' })
    const given = words(noticeOf([wrong, line(2), line(3, { raisedAt: 2 })], { revision: 3 }), 1)
    assert.equal(
      given.headline,
      'Wrong alarm: next-hop-down, mx1.test; still open: 2 alarms: 2 next-hop-down',
    )
    const { body } = postOf({ form: 'pagerduty', secret: 'K'.repeat(32) }, given, 'm', 0)
    const event = JSON.parse(body)
    checkPagerEvent(event, body)
    assert.equal(event.event_action, 'trigger')
    assert.deepEqual(event.payload.custom_details.list, [
      'next-hop-down mx1.test: it was wrong: the meter was broken',
      ...[2, 3].map((n) => `next-hop-down mx${n}.test: it does not answer`),
    ])
  })

  test('nothing that lets somebody write stands in a message', () => {
    const slack = postOf({ form: 'slack', secret: 'SECRET' }, words(cases.one as Notice), 'm', 0)
    const webhook = postOf({ form: 'webhook', secret: 'SECRET' }, words(cases.one as Notice), 'm', 0)
    assert.doesNotMatch(JSON.stringify([slack, webhook]), /SECRET/)
  })
})
