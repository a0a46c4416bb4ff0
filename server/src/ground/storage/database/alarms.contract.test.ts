import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Alarm } from '#ground/platform/alarms.ts'
import type { AlarmStore, Subscription } from '#services/alarms/alarm-store.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'

const minute = 60_000
const start = 1_800_000_000_000
const calm = 2 * minute

for (const engine of engines) {
  describe(`alarms as people are told of them, on ${engine.name}`, {
    skip: engine.missing() ?? false,
  }, () => {
    let open: OpenEngine
    let alarms: AlarmStore
    const alarm = (subject: string, since: number): Alarm => ({
      name: 'mail-flow',
      subject,
      text: `${subject} is bad`,
      since,
    })
    const shown = async (since = start) =>
      (await alarms.states(since, 100)).map(({ subject, since: at, clearedAt }) => [
        subject,
        at - start,
        clearedAt === null ? null : clearedAt - start,
      ])

    before(async () => {
      open = await engine.open()
      alarms = open.stores.alarms
    })
    after(() => open.close())

    test('what a process has no more is over; what comes back soon is the same fault, later another one', async () => {
      await alarms.note('p1', [alarm('a', start), alarm('b', start)], start, calm)
      await alarms.note('p1', [alarm('b', start)], start + minute, calm)
      assert.deepEqual(await shown(), [
        ['b', 0, null],
        ['a', 0, minute],
      ])
      await alarms.note('p1', [alarm('a', start + 2 * minute), alarm('b', start)], start + 2 * minute, calm)
      assert.deepEqual(await shown(), [
        ['a', 0, null],
        ['b', 0, null],
      ])
      await alarms.note('p1', [alarm('b', start)], start + 3 * minute, calm)
      await alarms.note('p1', [alarm('a', start + 9 * minute), alarm('b', start)], start + 9 * minute, calm)
      assert.deepEqual(await shown(), [
        ['a', 9 * minute, null],
        ['b', 0, null],
      ])
    })

    test('one that says something else by now keeps what it said before, one text of several minutes', async () => {
      const says = async (text: string, minutes: number, since = 0) => {
        const given = { ...alarm('figures', start + since * minute), text }
        await alarms.note('p9', [given], start + minutes * minute, calm)
        const [found] = (await alarms.states(start, 100)).filter(({ subject }) => subject === 'figures')
        return [found?.text, found?.earlier?.map((each) => [each.text, (each.until - start) / minute])]
      }
      assert.deepEqual(await says('90 %', 0), ['90 %', undefined])
      assert.deepEqual(await says('90 %', 1), ['90 %', undefined])
      assert.deepEqual(await says('91 %', 2), ['91 %', [['90 %', 2]]])
      assert.deepEqual(await says('92 %', 3), ['92 %', [['90 %', 2]]])
      const earlier = [
        ['92 %', 8],
        ['90 %', 2],
      ]
      assert.deepEqual(await says('97 %', 8), ['97 %', earlier])
      for (let n = 0; n < 30; n++) await says(`${n} s`, 20 + n * 10)
      assert.equal((await says('29 s', 330))[1]?.length, 20)
      await alarms.note('p9', [], start + 331 * minute, calm)
      assert.deepEqual(await says('50 %', 400, 400), ['50 %', undefined], 'another fault')
      await alarms.note('p9', [], start + 401 * minute, calm)
      await alarms.forget(start + 500 * minute)
    })

    test('one process does not end what another has open; what nobody speaks of any more ends in time', async () => {
      await alarms.note('p2', [], start + 10 * minute, calm)
      assert.equal((await shown()).filter(([, , cleared]) => cleared === null).length, 2)
      await alarms.note('p2', [alarm('b', start + 10 * minute)], start + 10 * minute, calm)
      assert.deepEqual(
        (await shown()).find(([subject]) => subject === 'b'),
        ['b', 0, null],
        'a restart begins no new fault',
      )
      assert.equal(await alarms.endUnseen(start + 10 * minute, start + 13 * minute), 1)
      assert.deepEqual(await shown(start + 13 * minute), [
        ['b', 0, null],
        ['a', 9 * minute, 13 * minute],
      ])
    })

    test('those of some kinds are found however many newer ones there are', async () => {
      const old = { name: 'disk-full', subject: 'n', text: 'x', since: start }
      const storm = ['c', 'd', 'e'].map((each) => alarm(each, start + minute))
      await alarms.note('p3', [old, ...storm], start + 14 * minute, calm)
      const names = async (...only: [string[]?]) =>
        (await alarms.states(start + 14 * minute, 2, ...only)).map((each) => each.name)
      assert.deepEqual(await names(), ['mail-flow', 'mail-flow'])
      assert.deepEqual(await names(['disk-full', 'console-slow']), ['disk-full'])
      await alarms.note('p3', [], start + 14 * minute, calm)
    })

    test('one that was wrong stays so until it comes anew', async () => {
      assert.equal(await alarms.withdraw('mail-flow', 'none', 'x', start), false)
      assert.equal(await alarms.withdraw('mail-flow', 'b', 'the meter was broken', start + 14 * minute), true)
      const wrong = async () =>
        (await alarms.states(start, 100)).find((each) => each.subject === 'b')?.withdrawn ?? null
      await alarms.note('p2', [alarm('b', start + 15 * minute)], start + 15 * minute, calm)
      assert.equal(await wrong(), 'the meter was broken')
      await alarms.note('p2', [], start + 16 * minute, calm)
      await alarms.note('p2', [alarm('b', start + 30 * minute)], start + 30 * minute, calm)
      assert.equal(await wrong(), null)
    })

    test('who wants to hear of them, with secrets sealed', async () => {
      const one: Subscription = {
        ...{ id: 's1', scope: 'tenant:one', tenant: 'one', names: ['mail-flow'] },
        targets: [
          { form: 'mail', address: 'a@b.test', secret: '', afterMs: 0 },
          { form: 'slack', address: 'https://hooks.test/services/SECRETPATH', secret: '', afterMs: minute },
          { form: 'pagerduty', address: 'https://pager.test/', secret: 'SECRETKEY', afterMs: minute },
        ],
        quiet: { days: ['sat'], from: '22:00', to: '07:00', zone: 'Europe/Berlin', holdsCritical: false },
        ...{ createdAt: start, createdBy: 'x' },
      }
      await alarms.putSubscription(one)
      assert.deepEqual(await alarms.subscriptions(), [one])
      const kept = readdirSync(open.folder).filter((each) => /^[^.]+\.db/.test(each))
      assert.ok(kept.length > 0)
      for (const each of kept)
        assert.doesNotMatch(readFileSync(join(open.folder, each), 'latin1'), /SECRETPATH|SECRETKEY/)
      assert.deepEqual(
        [await alarms.removeSubscription('s1'), await alarms.removeSubscription('s1')],
        [true, false],
      )
      assert.deepEqual(await alarms.subscriptions(), [])
    })
  })
}
