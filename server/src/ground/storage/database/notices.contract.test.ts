import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import type { NewLine, NoticeStore } from '#services/alarms/notice-store.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import { alarmNoticesSchema } from './schema/alarm-notices.ts'
import { alarmsSchema } from './schema/alarms.ts'

const start = 1_800_000_000_000
const line = (subject: string): NewLine => ({ name: 'mail-flow', subject, since: start, text: 'bad' })

for (const engine of engines) {
  describe(`what is told of alarms, on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let notices: NoticeStore
    before(async () => {
      open = await engine.open()
      notices = open.stores.notices
    })
    after(() => open.close())
    const begin = (id: string, ...subjects: string[]) =>
      notices.change(
        [{ kind: 'open', id, subscription: 's', cause: 'delivery', lines: subjects.map(line) }],
        start,
      )
    const settle = (id: string, subject: string, state: 'over' | 'wrong') =>
      notices.change(
        [{ kind: 'settle', id, subscription: 's', line: line(subject), state, clearedAt: start, why: 'x' }],
        start + 1,
      )
    const claim = (revision: number, message: string, now: number, secret = 'secret') =>
      notices.claimTelling('n1', 0, { revision, message, secret, now, leaseUntil: now + 10 })

    test('an alarm is in one notice of a subscription, whoever was first', async () => {
      await Promise.all([begin('n1', 'a', 'b'), begin('n2', 'a', 'b')])
      await notices.change(
        [{ kind: 'join', id: 'n1', subscription: 's', lines: [line('a'), line('c')] }],
        start,
      )
      const [one, ...more] = await notices.notices(start)
      assert.deepEqual(more, [])
      assert.equal(one?.revision, 2)
      assert.deepEqual(
        one?.lines.map((each) => [each.subject, each.raisedAt]),
        [
          ['a', 1],
          ['b', 1],
          ['c', 2],
        ],
      )
      await notices.change([{ kind: 'join', id: 'n1', subscription: 's', lines: [line('a')] }], start)
      assert.equal((await notices.notice('n1'))?.revision, 2, 'no news')
    })

    test('the text of what is open follows without being news; what is over stays as it was', async () => {
      const { alarms } = open.stores
      const given = (subject: string) => ({ name: 'disk-filling', subject, since: start })
      const textsOf = async () => (await notices.notice('n9'))?.lines.map(({ text }) => text)
      const lines = ['full', 'over'].map((subject) => ({ ...given(subject), text: '90 %' }))
      await alarms.note('p', lines, start, 10)
      await notices.change(
        [
          { kind: 'open', id: 'n9', subscription: 't', cause: 'storage', lines },
          {
            kind: 'settle',
            id: 'n9',
            subscription: 't',
            line: given('over'),
            state: 'over',
            clearedAt: start,
            why: '',
          },
        ],
        start,
      )
      const revision = (await notices.notice('n9'))?.revision
      const later = lines.map((each) => ({ ...each, text: '97 %' }))
      await alarms.note('p', later, start + 5, 10)
      assert.deepEqual(await textsOf(), ['97 %', '90 %'])
      assert.equal((await notices.notice('n9'))?.revision, revision)
      await notices.forgetSubscription('t')
    })

    test('it is claimed by one at a time, keeps its id over an end, and is told once', async () => {
      assert.equal((await claim(2, 'm0', start))?.pending, 'm0')
      await notices.releaseTelling('n1', 'm0', { message: 'm0', leaseUntil: start + 10 })
      const claims = await Promise.all([claim(2, 'm1', start), claim(2, 'm2', start)])
      assert.deepEqual(
        claims.map((each) => each?.pending),
        ['m1', undefined],
      )
      assert.equal((await claim(2, 'm3', start + 10))?.pending, 'm1')
      await notices.releaseTelling('n1', 'm1', { message: 'm3', leaseUntil: start + 9 })
      assert.equal(await claim(2, 'm4', start + 10), null, 'given back by one who has it no more')
      await notices.releaseTelling('n1', 'm1', { message: 'm3', leaseUntil: start + 20 })
      assert.equal(
        (await claim(2, 'm4', start + 10))?.pending,
        'm1',
        'given back at once, with what may be sent',
      )
      const failed = { kind: 'failed', dueAt: start + 50, at: start + 11, error: 'no' } as const
      await notices.settleTelling('n1', 'm1', { ...failed, leaseUntil: start + 9 })
      assert.equal((await notices.notice('n1'))?.tellings[0]?.tries, 0, 'another one has it by now')
      await notices.settleTelling('n1', 'm1', { ...failed, leaseUntil: start + 20 })
      assert.equal(await claim(2, 'm4', start + 40), null)
      const again = await claim(2, 'm4', start + 50)
      assert.deepEqual([again?.tries, again?.failingSince, again?.error], [1, start + 11, 'no'])
      await notices.settleTelling('n1', 'm1', { kind: 'told', revision: 2, at: start + 51 })
      assert.equal(await claim(2, 'm5', start + 90), null)
      const [telling] = (await notices.notice('n1'))?.tellings ?? []
      assert.deepEqual(
        [telling?.toldRevision, telling?.firstMessage, telling?.failingSince, telling?.pending],
        [2, 'm1', null, null],
      )
      assert.deepEqual(await notices.countTold(start), { 's 0': 1 })
      assert.deepEqual(await notices.countTold(start + 51), {})
    })

    test('the end of one is no news, that one was wrong is, and the end of all', async () => {
      await settle('n1', 'a', 'over')
      assert.equal((await notices.notice('n1'))?.revision, 2)
      await settle('n1', 'b', 'wrong')
      assert.equal((await notices.notice('n1'))?.revision, 3)
      await settle('n1', 'c', 'over')
      const over = await notices.notice('n1')
      assert.deepEqual([over?.revision, over?.endedAt], [4, start + 1])
      await settle('n1', 'c', 'over')
      assert.equal((await notices.notice('n1'))?.revision, 4)
    })

    test('what leaves is gone without a word, with a notice that has nothing else, and may come back', async () => {
      const leave = (id: string, subject: string) =>
        notices.change([{ kind: 'leave', id, subscription: 's', line: line(subject) }], start + 1)
      await begin('n4', 'd', 'e')
      await leave('n4', 'd')
      const one = await notices.notice('n4')
      assert.deepEqual([one?.revision, one?.lines.map((each) => each.subject)], [1, ['e']])
      await leave('n4', 'e')
      assert.equal(await notices.notice('n4'), null)
      await begin('n5', 'd', 'e')
      await settle('n5', 'd', 'over')
      await leave('n5', 'd')
      assert.equal((await notices.notice('n5'))?.endedAt, null, 'what is over stays')
      await leave('n5', 'e')
      const over = await notices.notice('n5')
      assert.deepEqual([over?.revision, over?.endedAt], [2, start + 1], 'the end of the other is told')
    })

    test('who knows its secret finds it, and nobody acknowledges what is over', async () => {
      assert.equal((await notices.ofSecret('secret'))?.notice.id, 'n1')
      assert.equal(await notices.ofSecret('other'), null)
      assert.equal(await notices.acknowledge(['n1'], 'anna', start), null)
      await begin('n3', 'z')
      assert.deepEqual(
        [await notices.acknowledge(['n3'], 'anna', start), await notices.acknowledge(['n3'], 'bob', start)],
        [1, null],
      )
      assert.equal((await notices.notice('n3'))?.ackedBy, 'anna')
    })

    test('what is over is forgotten in time, and all of a subscription that has ended', async () => {
      await notices.forgetNotices(start + 2)
      assert.equal(await notices.notice('n1'), null)
      assert.equal(await notices.ofSecret('secret'), null)
      await notices.forgetSubscription('s')
      assert.deepEqual(await notices.notices(0), [])
    })
  })
}

test('what was told by a version before is not told again, and its end still is', () => {
  const database = new DatabaseSync(':memory:')
  database.exec(alarmsSchema)
  database.exec(`INSERT INTO alarm_subscriptions VALUES ('s1', 'tenant:a', 'a', '[]', 'ops@a.test', 1, 'x');
    INSERT INTO alarm_states VALUES ('mail-flow', 'a.test', 'bad', 5, 9, 'p', NULL, NULL);
    INSERT INTO alarm_mails VALUES ('s1', 'mail-flow', 'a.test', 5, 'raised', 6, 'm1', 1),
      ('s1', 'mail-flow', 'b.test', 2, 'raised', 3, 'm2', 1), ('s1', 'mail-flow', 'b.test', 2, 'cleared', 4, 'm3', 1),
      ('gone', 'mail-flow', 'c.test', 2, 'raised', 3, 'm4', 1)`)
  database.exec(alarmNoticesSchema)
  const all = (sql: string) =>
    database
      .prepare(sql)
      .all()
      .map((each) => Object.values(each))
  assert.deepEqual(all('SELECT id, scope FROM alarm_receivers'), [['s1', 'tenant:a']])
  assert.deepEqual(all('SELECT subscription, form, address FROM alarm_targets'), [
    ['s1', 'mail', 'ops@a.test'],
  ])
  assert.deepEqual(all('SELECT id, ended_at FROM alarm_notices ORDER BY id'), [
    ['m1', null],
    ['m2', 4],
  ])
  assert.deepEqual(all('SELECT notice, state FROM alarm_notice_lines ORDER BY notice'), [
    ['m1', 'open'],
    ['m2', 'over'],
  ])
  assert.deepEqual(all('SELECT notice, told_revision FROM alarm_tellings ORDER BY notice'), [
    ['m1', 1],
    ['m2', 1],
  ])
  database.close()
})
