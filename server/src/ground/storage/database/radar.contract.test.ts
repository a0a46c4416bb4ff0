import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { RadarTest } from '#services/radar/radar-store.ts'
import { newTest } from '#services/radar/start-test.ts'
import { engines } from '../../../test-engines.ts'

const times = {
  ...{ oursMs: 1000, replyMs: 5000, lookMs: 100, againMs: 10 },
  ...{ perAddress: 3, perClient: 10, linkMs: 1000, slowMs: 1000 },
}
const make = (
  id: string,
  more: { tenant?: string; domain?: string; askedBy?: string; address?: string } = {},
) =>
  newTest(
    {
      ...{ id, at: 100, tenant: more.tenant ?? 'one', domain: more.domain ?? 'a.example' },
      ...{ askedBy: more.askedBy ?? 'manager:m', address: more.address ?? null },
    },
    { times: () => times },
  )

for (const engine of engines) {
  describe(`what tests find, on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    /** Stores that are closed when the test has ended. */
    const open = async (context: TestContext) => {
      const opened = await engine.open()
      context.after(() => opened.close())
      return opened.stores
    }

    test('limits by address and by client, in a transaction with the test', async (context) => {
      const { radar } = await open(context)
      const limits = { since: 0, perAddress: 2, perClient: 3 }
      const add = async (id: string, domain: string, askedBy?: string) => {
        const test = make(id, { domain, ...(askedBy && { askedBy }) })
        return (await radar.addTest(test, limits)) ? 'added' : radar.whyNoTest(test, limits)
      }
      assert.deepEqual(
        [await add('t1', 'a.example'), await add('t2', 'a.example'), await add('t3', 'a.example')],
        ['added', 'added', 'address'],
      )
      assert.deepEqual(
        [await add('t4', 'b.example'), await add('t5', 'c.example'), await add('t6', 'c.example', 'key:k')],
        ['added', 'client', 'added'],
      )
      await radar.putUnwanted('no@d.example', 1)
      await radar.putUnwanted('e.example', 1)
      for (const address of ['No@d.example', 'x@e.example'])
        assert.equal(await radar.whyNoTest(make('t7', { address }), null), 'unwanted')
      assert.equal(await radar.addTest(make('t7', { address: 'x@e.example' }), null), false)
    })

    test('a test is claimed by one, again when its lease is over, and when its reply has come', async (context) => {
      const { radar } = await open(context)
      const first = make('t1', { address: 'a@a.example' })
      await radar.addTest(first, null)
      const claim = async (now: number) =>
        (await radar.claimTests('node-1', now, now + 50, 4)).map(({ id }) => id)
      assert.deepEqual([await claim(50), await claim(100), await claim(120)], [[], ['t1'], []])
      assert.deepEqual(await claim(151), ['t1'])
      const lease = (leaseUntil: number, next: RadarTest | null = null) => ({ leaseUntil, next })
      const waiting = { ...first, state: 'waiting', outcome: 'passed' } as const
      const stale = await radar.saveTest({ ...first, outcome: 'failed' }, null, lease(150, make('t2')))
      assert.deepEqual(
        [stale, await radar.test('t2')],
        [false, null],
        'somebody else has taken it since then',
      )
      assert.equal(await radar.saveTest(waiting, 5000, lease(201, make('t3'))), true)
      assert.equal((await radar.test('t3'))?.id, 't3')
      assert.equal(await radar.saveTest(first, 1, lease(201)), false, 'it was saved')
      assert.deepEqual(await claim(200), ['t3'])
    })

    test('lists and links keep to tenants, domains and time', async (context) => {
      const { radar } = await open(context)
      await radar.addTest(make('t1'), null)
      await radar.addTest(make('t2', { tenant: 'two', domain: 'b.example' }), null)
      const ids = async (within: { tenants: string[]; domains: string[] | null } | undefined) =>
        (await radar.tests({ within, limit: 10 })).map(({ id }) => id)
      assert.deepEqual(await ids(undefined), ['t2', 't1'])
      assert.deepEqual(await ids({ tenants: ['one'], domains: null }), ['t1'])
      assert.deepEqual(await ids({ tenants: ['one'], domains: ['b.example'] }), [])
      assert.ok(await radar.putLink('t1', 'hash', 500))
      assert.equal((await radar.byLink('hash', 499))?.test.id, 't1')
      assert.equal(await radar.byLink('hash', 500), null)
      await radar.putLink('t1', null, null)
      assert.equal(await radar.byLink('hash', 1), null)
    })

    test('a path is due once a round; trips say how they have ended', async (context) => {
      const { radar } = await open(context)
      const path = { id: 'p1', tenant: 'one', domain: 'a.example', address: 'e@a.example', name: '' }
      await radar.addPath({ ...path, everyMs: 1000, addedAt: 100, addedBy: 'm' })
      const due = async (now: number) => (await radar.takeDuePaths(now, 10)).length
      assert.deepEqual([await due(99), await due(100), await due(1099), await due(1100)], [0, 1, 0, 1])
      const trip = {
        ...{
          id: 'r1',
          path: 'p1',
          startedAt: 100,
          state: 'open' as const,
          says: '',
          token: 'x',
          messageId: '',
        },
        ...{ oursUntil: 200, deliveredAt: null, repliedAt: null, endedAt: null, control: null, node: 'n' },
      } as const
      await radar.putTrip(trip)
      assert.equal((await radar.openTrips(10)).length, 1)
      await radar.putTrip({ ...trip, state: 'inconclusive' })
      await radar.putTrip({ ...trip, state: 'failed' })
      assert.equal((await radar.trip(trip.id))?.state, 'inconclusive', 'what has ended stays so')
      assert.deepEqual(await radar.finishedSince(0), {
        ...{ passed: 0, failed: 0, inconclusive: 1, unfinished: ['r1'] },
      })
      assert.deepEqual([(await radar.openTrips(10)).length, (await radar.trips('p1', 0, 5)).length], [0, 1])
      assert.ok(await radar.removePath('p1'))
      assert.deepEqual([await radar.path('p1'), (await radar.trips('p1', 0, 5)).length], [null, 0])
    })

    test('an address takes one reply, while its test waits', async (context) => {
      const { radar } = await open(context)
      await radar.openToken('tok', 500)
      assert.deepEqual(
        [
          await radar.awaitsReply('tok', 499),
          await radar.awaitsReply('tok', 500),
          await radar.awaitsReply('other', 1),
        ],
        [true, false, false],
      )
      assert.equal(await radar.reply('tok'), null)
    })
  })
}
