import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { RefusalNotes } from '#flow/gateway/refusal-notes.ts'
import { replies } from '#flow/gateway/replies.ts'
import type { Session } from '#flow/gateway/session.ts'
import { firstIdAt, newId } from '#ground/platform/ids.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import { compareDay, createStatisticsCheck } from '#services/statistics/check-statistics.ts'
import { feedStatistics, forgetStatistics } from '#services/statistics/feed-statistics.ts'
import { readBounces } from '#services/statistics/read-bounces.ts'
import { readStatistics } from '#services/statistics/read-statistics.ts'
import { acceptanceOf } from '../../../../../tests/mail/acceptance.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import type { ThreadedStores } from './threaded-stores.ts'

/** Beside a store of that name. */
const figuresOf = readStatistics
const hour = 3_600_000
const rest = async () => undefined
const start = Math.floor(1_800_000_000_000 / (24 * hour)) * 24 * hour + 10 * hour

const refusalOf = (id: string, tenant: string, rcptTo: string) => ({
  ...{ id, at: start + 10, tenant, mailFrom: 'evil@far.test', rcptTo },
  client: { ip: '192.0.2.1', port: 4000, helo: 'h', protocol: 'ESMTP' as const, tls: null },
  ...{ stage: 'rcpt', code: 550, enhanced: '5.1.1', reason: 'unknown-recipient', text: '' },
  ...{ subject: '', headerMessageId: '', detail: null },
})

for (const engine of engines) {
  describe(`statistics on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let stores: ThreadedStores
    let now = start + 60_000
    const parts = () => ({
      statistics: stores.statistics,
      readStatistics: stores.readStatistics,
      now: () => now,
    })
    const range = { since: start - hour, until: start + hour }
    const one = { tenants: ['one'], domains: null }

    before(async () => {
      open = await engine.open()
      stores = open.stores
    })
    after(() => open.close())

    async function accept(rcptTo: string, more: object = {}): Promise<void> {
      await stores.messages.accept(acceptanceOf(start, { mailFrom: 'Evil@far.test' }, { rcptTo, ...more }))
    }

    test('mail is summed up for the site, its tenant and its domain, each event once', async () => {
      await accept('a@a.test')
      await accept('b@b.test', { state: 'quarantined', reason: 'score', dueAt: null })
      await accept('c@c.test', { tenant: 'two' })
      await feedStatistics(parts())
      await feedStatistics(parts())
      const accepted = async (within: Parameters<typeof readStatistics>[1]) =>
        (await readStatistics(stores.readStatistics, within, range)).totals.accepted
      assert.deepEqual(
        [
          await accepted(null),
          await accepted(one),
          await accepted({ tenants: ['one'], domains: ['b.test'] }),
          await accepted({ tenants: ['two'], domains: ['b.test'] }),
          await accepted({ tenants: [], domains: null }),
        ],
        [3, 2, 1, 0, 0],
      )
      const { totals, reasons, points } = await readStatistics(stores.readStatistics, one, range)
      assert.equal(totals.quarantined, 1)
      assert.deepEqual(reasons, [{ what: 'quarantined', reason: 'score', deliveries: 1 }])
      assert.equal(points.length, 2)
      assert.deepEqual(
        points.map((each) => each.queue),
        [0, 1],
      )
      const byDay = { since: start - 30 * 24 * hour, until: start + hour }
      const days = await readStatistics(stores.readStatistics, null, byDay)
      assert.deepEqual([days.span, days.totals.accepted], ['day', 3])
    })

    test('a day that was summed up is that of the ledger; what is missing or counted twice is told with its place', async () => {
      const own = await engine.open()
      try {
        const { ledger, statistics, readStatistics, messages } = own.stores
        const day = start - 10 * hour
        const later = day + 24 * hour + hour
        const alarms = new Map<string, string>()
        const check = createStatisticsCheck({
          ...{ ledger, readStatistics, rest, toldSince: async () => [], now: () => later },
          alarms: {
            raise: (name, _subject, text) => void alarms.set(name, text),
            clear: (name) => void alarms.delete(name),
          },
        })
        const take = (rcptTo: string, more: object = {}) =>
          messages.accept(acceptanceOf(start, { mailFrom: 'a@far.test' }, { rcptTo, ...more }))
        await take('a@a.test')
        await take('c@c.test', { tenant: 'two' })
        await check()
        assert.equal(await compareDay({ ledger, readStatistics, rest }, day), null, 'it is not summed up yet')
        await feedStatistics({ statistics, readStatistics, now: () => later })
        await check()
        assert.deepEqual([await compareDay({ ledger, readStatistics, rest }, day), alarms.size], [[], 0])
        await take('b@b.test', { state: 'quarantined', reason: 'score', dueAt: null, verdict: 'spam' })
        const gathered = await readStatistics.gather(await statistics.position(), later, 1000)
        const twice = gathered.sums.filter((each) => each.what === 'accepted')
        await statistics.add({ ...gathered, sums: [...twice, ...twice] }, 1)
        const date = new Date(day).toISOString().slice(0, 10)
        assert.deepEqual(await compareDay({ ledger, readStatistics, rest }, day), [
          `${date} one inbound: 0 quarantined in statistics, 1 in the ledger`,
          `${date} one inbound: 0 verdict-spam in statistics, 1 in the ledger`,
          `${date} one inbound: 3 accepted in statistics, 2 in the books`,
        ])
        const again = createStatisticsCheck({
          ...{ ledger, readStatistics, rest, toldSince: async () => [], now: () => later },
          alarms: { raise: (name, _subject, text) => void alarms.set(name, text), clear: () => undefined },
        })
        await again()
        assert.equal(alarms.size, 0, 'once may be chance')
        await again()
        assert.match(
          alarms.get('statistics-differ') ?? '',
          /0 quarantined in statistics, 1 in the ledger \(3 such/,
        )
      } finally {
        own.close()
      }
    })

    test('what mail was judged to be is counted when it is judged, late too, and is not held against who did not count', async () => {
      const own = await engine.open()
      try {
        const { ledger, statistics, readStatistics, messages, refusals } = own.stores
        const day = start - 10 * hour
        const later = day + 25 * hour
        const feed = () => feedStatistics({ statistics, readStatistics, now: () => later })
        const counted = async () => {
          const { totals } = await figuresOf(readStatistics, null, range)
          return Object.entries(totals.verdicts).filter(([, mails]) => mails > 0)
        }
        await messages.accept(
          acceptanceOf(
            start,
            {},
            { rcptTo: 'a@a.test', verdict: 'clean' },
            { rcptTo: 'b@a.test', verdict: 'bulk' },
          ),
        )
        const open = { rcptTo: 'c@a.test', reason: 'inspecting', dueAt: null } as const
        const late = acceptanceOf(start, { state: 'inspecting' }, open)
        await messages.accept(late)
        await refusals.recordRefusals([
          // Other tests of this process may have made ids of later times, and ids never go back.
          {
            ...refusalOf(`${firstIdAt(start)}0000000`, 'one', 'd@a.test'),
            detail: { verdict: 'spoof', findings: [] },
          },
        ])
        await feed()
        assert.deepEqual(await counted(), Object.entries({ clean: 1, bulk: 1, spoof: 1 }))
        const { id } = late.message
        await messages.claimUninspected('me', later, later + hour, 10)
        const { explanation } = late.message
        const about = { subject: '', headerFrom: '', headerMessageId: '', edits: [], explanation }
        const judged = { messageId: id, n: 0, state: 'quarantined', reason: 'virus', dueAt: null } as const
        await messages.decide(id, 'me', start + 1, { ...about, decisions: [{ ...judged, verdict: 'virus' }] })
        await feed()
        assert.deepEqual(await counted(), Object.entries({ clean: 1, bulk: 1, spoof: 1, virus: 1 }))
        const compare = () => compareDay({ ledger, readStatistics, rest }, day)
        assert.deepEqual(await compare(), [])
        const forget = (sql: string) => {
          const database = new DatabaseSync(join(own.folder, 'mailkeep.db'))
          database.exec(sql)
          database.close()
        }
        forget(`DELETE FROM statistics WHERE what IN ('verdict-virus', 'verdict-spoof')`)
        assert.equal((await compare())?.length, 2)
        // As the version before leaves it, which counts none.
        forget('UPDATE statistics_position SET verdicts_since = NULL')
        assert.deepEqual(await compare(), [])
        await feed()
        assert.equal((await readStatistics.position()).verdictsSince, later, 'from now on it counts again')
      } finally {
        await own.close()
      }
    })

    test('a flood of refusals whose count is written late is summed up, and nothing is told', async () => {
      const own = await engine.open()
      try {
        const { ledger, statistics, readStatistics, refusals } = own.stores
        const day = start - 10 * hour
        let at = start
        const clock = { now: () => at }
        const nextId = () => newId(at)
        const notes = new RefusalNotes(refusals, clock, createSilentLog(), nextId, () => undefined)
        const refuse = (ip: string) => {
          at += 10
          const client = { ip, port: 1, helo: 'x.example', esmtp: true, tls: null }
          const session = { client, transaction: null } as unknown as Session
          const refused = { tenant: 'one', rcptTo: 'x@a.test' }
          notes.note(session, { stage: 'rcpt', reason: 'unknown', reply: replies.notTrusted, refused })
        }
        for (let n = 0; n < 31; n++) refuse('192.0.2.1')
        refuse('192.0.2.2')
        await notes.flush()
        const later = day + 25 * hour
        await feedStatistics({ statistics, readStatistics, now: () => later })
        await notes.close()
        await feedStatistics({ statistics, readStatistics, now: () => later })
        const pieces: number[] = []
        let rests = 0
        const watched = {
          tally: (since: number, until: number) => {
            pieces.push(until - since)
            return ledger.tally(since, until)
          },
          tallyRefused: (...[ids, within]: Parameters<typeof ledger.tallyRefused>) => {
            pieces.push(ids.until - ids.since)
            return ledger.tallyRefused(ids, within)
          },
        }
        const counting = { ledger: watched, readStatistics, rest: async () => void rests++ }
        assert.deepEqual(await compareDay(counting, day), [])
        const refused = (await readStatistics.sums(day)).find((each) => each.what === 'refused')
        assert.equal(refused?.deliveries, 32, 'thirty, their count, and the other')
        assert.ok(Math.max(...pieces) <= 300_000, 'no call counts more than five minutes')
        assert.equal(rests, pieces.length, 'others read between')
      } finally {
        await own.close()
      }
    })

    test('what the version before has fed is not summed up again, and its day is not held against refusals', async () => {
      const own = await engine.open()
      try {
        const { ledger, statistics, readStatistics, refusals } = own.stores
        const day = start - 10 * hour
        const later = day + 25 * hour
        const ids = [1, 2, 3, 4].map((n) => newId(start + n))
        const write = (id: string | undefined) =>
          refusals.recordRefusals([refusalOf(id ?? '', 'one', 'b@b.test')])
        await write(ids[0])
        await write(ids[2])
        const database = new DatabaseSync(join(own.folder, 'mailkeep.db'))
        database
          .prepare('INSERT INTO statistics_position (id, seq, refusal, complete_up_to) VALUES (1, 0, ?, ?)')
          .run(ids[2] ?? '', later)
        database.close()
        await write(ids[1])
        await write(ids[3])
        await feedStatistics({ statistics, readStatistics, now: () => later })
        const refused = (await readStatistics.sums(day)).find((each) => each.what === 'refused')
        assert.equal(
          refused?.deliveries,
          1,
          'only what came behind the last that the version before followed',
        )
        assert.deepEqual(await compareDay({ ledger, readStatistics, rest }, day), [])
      } finally {
        await own.close()
      }
    })

    test('refusals count, with those who were meant, and of strangers for the site alone', async () => {
      await stores.refusals.recordRefusals([
        refusalOf(newId(start + 10), 'one', 'b@b.test'),
        refusalOf(newId(start + 10), '', 'x@nowhere.test'),
      ])
      await feedStatistics(parts())
      const refused = async (within: Parameters<typeof readStatistics>[1]) =>
        (await readStatistics(stores.readStatistics, within, range)).totals.refused
      assert.deepEqual([await refused(null), await refused(one)], [2, 1])
      const query = { within: one, span: 'hour' as const, ...range }
      assert.deepEqual(await stores.readStatistics.tops(query, 'attacked', 5), [
        { name: 'b@b.test', deliveries: 2 },
      ])
      assert.deepEqual(await stores.readStatistics.tops(query, 'bad-sender', 5), [
        { name: 'evil@far.test', deliveries: 2 },
      ])
      const other = { ...query, within: { tenants: ['one'], domains: ['a.test'] } }
      assert.deepEqual(await stores.readStatistics.tops(other, 'attacked', 5), [])
    })

    test('of two who add the same piece one is turned away', async () => {
      await accept('d@a.test')
      const position = await stores.statistics.position()
      const gathered = await stores.readStatistics.gather(position, now, 100)
      const done = await Promise.all([
        stores.statistics.add(gathered, 10),
        stores.statistics.add(gathered, 10),
      ])
      assert.deepEqual(done.sort(), [false, true])
      assert.equal((await readStatistics(stores.readStatistics, null, range)).totals.accepted, 4)
    })

    test('the latest mail of a domain is kept, each delivery as what it came to last', async () => {
      const position = await stores.statistics.position()
      const entry = (id: string, at: number, ok: boolean) => ({
        messageId: id,
        n: 0,
        at,
        ok,
        failures: ok ? 0 : 1,
        reason: '',
      })
      const piece = async (entries: ReturnType<typeof entry>[]) => {
        const from = await stores.statistics.position()
        const empty = { from, to: position, more: false, sums: [], waiting: [], tops: [] }
        await stores.statistics.add({ ...empty, flow: [{ domain: 'flow.test', entries }] }, 3)
      }
      await piece([entry('1', 1, false), entry('2', 2, true)])
      await piece([entry('1', 3, true)])
      const flow = async () => (await stores.readStatistics.flowOf(['flow.test']))[0]?.recent
      assert.deepEqual(
        (await flow())?.map((each) => [each.messageId, each.ok]),
        [
          ['2', true],
          ['1', true],
        ],
      )
      await piece([entry('3', 4, true), entry('4', 5, false)])
      assert.deepEqual(
        (await flow())?.map((each) => each.messageId),
        ['1', '3', '4'],
      )
    })

    test('names of one day have an end, and those who come often stay', async () => {
      const day = Math.floor(start / (24 * hour)) * 24 * hour
      const position = await stores.statistics.position()
      const top = (name: string, deliveries: number) => ({
        day,
        tenant: 'one',
        kind: 'sender' as const,
        name,
        deliveries,
      })
      const tops = [
        top('often@x.test', 50),
        ...Array.from({ length: 1500 }, (_, n) => top(`n${n}@x.test`, 1)),
      ]
      await stores.statistics.add(
        { from: position, to: position, more: false, sums: [], waiting: [], tops, flow: [] },
        3,
      )
      const query = { within: one, span: 'hour' as const, ...range }
      const found = await stores.readStatistics.tops(query, 'sender', 5000)
      assert.ok(found.length <= 1000, `${found.length}`)
      assert.equal(found[0]?.name, 'often@x.test')
    })

    test('what receivers said is summed up by class and receiver, of mail to the world alone', async () => {
      const at = start + 5 * 24 * hour
      now = at + 60_000
      const refuse = async (direction: 'inbound' | 'outbound', receiver?: string) => {
        const lane = `${direction}|one|far.test`
        const place = { direction, lane, rcptTo: 'x@far.test', dueAt: at }
        await stores.messages.accept(acceptanceOf(at, { direction, mailFrom: 'a@a.test' }, place))
        const { jobs } = await stores.deliveries.claim(lane, 'p', at + 1, at + 60_000, 10)
        const attempt = {
          ...{ at, phase: 'rcpt', nextHop: 'mx:far.test', host: 'mx.far.test', ip: '', localAddress: '' },
          ...{ tls: '', code: 550, enhanced: '5.1.1', reply: 'no such user', tookMs: 1 },
          ...{ class: 'user-unknown' as const, ...(receiver !== undefined && { receiver }) },
        }
        const end = { n: 0, state: 'returned', reason: 'refused-by-receiver', dueAt: null } as const
        for (const { message } of jobs)
          await stores.deliveries.settle([
            {
              ...{ messageId: message.id, owner: 'p', at: at + 2, notices: [] },
              results: [{ ...end, expiresAt: at, noticeAt: null, attempt }],
            },
          ])
      }
      await refuse('outbound', 'Example Mail')
      await refuse('outbound')
      await refuse('inbound')
      await feedStatistics(parts())
      const found = await readBounces(stores.readStatistics, one, { since: at, until: at + hour })
      assert.deepEqual(found.classes, [{ class: 'user-unknown', returned: 2, deferred: 0 }])
      assert.deepEqual(found.receivers.map(({ receiver, returned }) => [receiver, returned]).sort(), [
        ['', 1],
        ['Example Mail', 1],
      ])
      assert.equal(found.points[0]?.classes[0]?.returned, 2)
      const others = { tenants: ['two'], domains: null }
      assert.deepEqual(
        (await readBounces(stores.readStatistics, others, { since: at, until: at + hour })).classes,
        [],
      )
    })

    test('what is old is let go of, and days outlive hours', async () => {
      now = start + 20 * 24 * hour
      await forgetStatistics(parts())
      assert.equal((await readStatistics(stores.readStatistics, null, range)).totals.accepted, 0)
      const byDay = { since: start - 10 * 24 * hour, until: start + 2 * hour }
      assert.equal((await readStatistics(stores.readStatistics, null, byDay)).totals.accepted, 4)
    })
  })
}
