import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { firstIdAt } from '#ground/platform/ids.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import { countPeople } from '#services/statistics/count-people.ts'
import { feedRefused } from '#services/statistics/feed-refused.ts'
import { feedStatistics } from '#services/statistics/feed-statistics.ts'
import { PeopleStatistics } from '#services/statistics/people-statistics.ts'
import { readBounces } from '#services/statistics/read-bounces.ts'
import { queryOf, readStatistics } from '#services/statistics/read-statistics.ts'
import type { PeoplePlace, PeopleQuery, Sum, TopKind } from '#services/statistics/statistics-store.ts'
import { acceptanceOf } from '../../../../../tests/mail/acceptance.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import type { ThreadedStores } from './threaded-stores.ts'

const hour = 3_600_000
const day = 24 * hour
// Before the times of other tests: the ids that `newId` makes here must not be later than theirs.
const start = Math.floor(1_500_000_000_000 / day) * day + 10 * hour
const rest = async () => undefined
const aside = { state: 'quarantined', reason: 'score', dueAt: null, verdict: 'spam' } as const

for (const engine of engines) {
  describe(`figures of groups and people on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let stores: ThreadedStores
    let people: PeopleStatistics
    let made = 0
    const now = start + 3 * hour
    const range = { since: start - hour, until: start + 3 * hour }
    const reach = (...domains: string[]): Reach => ({ tenants: ['one'], domains })
    const everybody = reach('group:one.test/all')
    const hours = { ...range, span: 'hour' } as const
    const inTurn = <Answer>(piece: () => Promise<Answer>) => piece()
    const ofDomain = reach('one.test')

    // Tests of one process share the ids that `newId` makes, and these never go back.
    const idAt = (at: number) => `${firstIdAt(at)}${String(++made).padStart(7, '0')}`

    async function take(
      rcptTo: string,
      { at = start, ...more }: { at?: number } & Record<string, unknown> = {},
    ): Promise<string> {
      const id = idAt(at)
      const mailFrom = 'Evil@far.test'
      await stores.messages.accept(acceptanceOf(at, { id, mailFrom }, { rcptTo, ...more } as object))
      return id
    }

    /** Mail to the world that its receiver refuses, half an hour later. */
    async function send(mailFrom: string): Promise<void> {
      const lane = 'outbound|one|far.test'
      const id = idAt(start)
      const place = { direction: 'outbound', lane, rcptTo: 'x@far.test', dueAt: start } as object
      await stores.messages.accept(acceptanceOf(start, { id, direction: 'outbound', mailFrom }, place))
      await settle(lane, start + hour / 2, 'refused')
    }

    async function settle(lane: string, at: number, as: 'delivered' | 'refused'): Promise<void> {
      const { jobs } = await stores.deliveries.claim(lane, 'p', at, at + 60_000, 10)
      const attempt = {
        ...{ at, phase: 'rcpt', nextHop: 'mx:far.test', host: 'mx.far.test', ip: '', localAddress: '' },
        ...{ tls: '', code: 550, enhanced: '5.1.1', reply: 'no such user', tookMs: 1 },
        ...{ class: 'user-unknown' as const, receiver: 'Example Mail' },
      }
      const refused = { state: 'returned', reason: 'refused-by-receiver', attempt } as const
      const done = { state: 'delivered', reason: 'delivered', attempt: { ...attempt, code: 250 } } as const
      for (const { message } of jobs)
        await stores.deliveries.settle([
          {
            ...{ messageId: message.id, owner: 'p', at, notices: [] },
            results: [
              { ...(as === 'refused' ? refused : done), n: 0, dueAt: null, expiresAt: at, noticeAt: null },
            ],
          },
        ] as never)
    }

    const refuse = (rcptTo: string, at = start + 10, tenant = 'one') =>
      stores.refusals.recordRefusals([
        {
          ...{ id: idAt(at), at, tenant, mailFrom: 'evil@far.test', rcptTo },
          client: { ip: '192.0.2.1', port: 4000, helo: 'h', protocol: 'ESMTP' as const, tls: null },
          ...{ stage: 'rcpt', code: 550, enhanced: '5.1.1', reason: 'policy', text: '' },
          ...{ subject: '', headerMessageId: '', detail: { verdict: 'spoof', findings: [] } },
        },
      ] as never)

    before(async () => {
      open = await engine.open()
      stores = open.stores
      const { directory } = stores
      people = new PeopleStatistics({
        ...{ statistics: stores.readStatistics, rest, now: () => now, keepMs: () => 90 * day },
      })
      for (const id of ['one', 'two'])
        await directory.putTenant({ id, parent: null, level: 'customer', name: id, settings: {}, locked: [] })
      const domain = (name: string, tenant: string) =>
        directory.putDomain({ name, tenant, nextHop: 'smtp://192.0.2.1', settings: {} }, start)
      await domain('one.test', 'one')
      await domain('shop.test', 'one')
      await domain('two.test', 'two')
      const user = (address: string, owner = address) => ({
        ...{ address, domain: address.slice(address.indexOf('@') + 1), owner, displayName: '', settings: {} },
        kind: owner === address ? ('user' as const) : ('alias' as const),
      })
      await directory.putUsers(
        [
          user('anna@one.test'),
          user('info@one.test', 'anna@one.test'),
          // A tag that is somebody's own.
          user('anna+own@one.test'),
          user('ben@one.test'),
          user('cleo@shop.test'),
          user('spy@two.test', 'anna@one.test'),
        ],
        start,
      )
      const group = (id: string, ...members: string[]) =>
        directory.putGroup({ id, domain: 'one.test', name: id, settings: {} }, members)
      await group('one.test/all', 'anna@one.test', 'anna+own@one.test', 'ben@one.test')
      await group('one.test/anna', 'anna@one.test')
      await domain('tags.test', 'one')
      await domain('big.test', 'one')
      const many = Array.from({ length: 5001 }, (_, n) => `u${n}@big.test`)
      await directory.putUsers([...many.map((each) => user(each)), user('dora@tags.test')], start)
      const ofBig = (name: string, members: string[]) =>
        directory.putGroup({ id: `big.test/${name}`, domain: 'big.test', name, settings: {} }, members)
      await ofBig('all', many)
      await ofBig('some', many.slice(0, 400))

      const lane = { lane: 'inbound|one|one.test', dueAt: start }
      for (const to of ['Anna@One.test', 'anna+Shop@one.test', 'info@one.test', 'ben@one.test'])
        await take(to, lane)
      await settle(lane.lane, start + 65_000, 'delivered')
      await take('anna+own@one.test', aside)
      await take('ben+x@one.test', aside)
      await take('info+y@one.test', { ...aside, at: start + hour })
      await take('spy@two.test', { tenant: 'two' })
      await take('cleo@shop.test', aside)
      await send('Anna@one.test')
      await send('ben+list@one.test')
      await refuse('anna@one.test')
      await refuse('ben+tag@one.test, anna@one.test')
      await refuse('anna+own@one.test, ben@one.test', start + 2 * hour)
      await refuse('anna@one.test', start - 3 * hour)
      await feedStatistics({ ...stores, now: () => now } as never)
    })
    after(() => open.close())

    const figuresOf = (within: Reach, asked = range) =>
      readStatistics(people.figuresOf(within), within, people.rangeOf(within, asked))
    const topsOf = (within: Reach, kind: TopKind) =>
      people.figuresOf(within).tops(queryOf(within, range), kind, 50)

    test('figures of a group of all people of a domain are those of the domain, by hour and by day', async () => {
      for (const asked of [range, { ...range, since: start - 20 * day }]) {
        const [found, wanted] = [await figuresOf(everybody, asked), await figuresOf(ofDomain, asked)]
        assert.ok(wanted.totals.accepted > 5 && wanted.totals.refused > 2 && wanted.totals.returned === 2)
        assert.ok(wanted.totals.delay.p99 !== null && wanted.totals.verdicts.spoof > 2)
        assert.deepEqual(found.points, wanted.points)
        assert.deepEqual(found.totals, wanted.totals)
        assert.deepEqual(found.reasons, wanted.reasons)
        const byName = (a: { direction: string }, b: { direction: string }) =>
          a.direction.localeCompare(b.direction)
        assert.deepEqual(found.directions.toSorted(byName), wanted.directions.toSorted(byName))
      }
      const bounces = (within: Reach) => readBounces(people.figuresOf(within), within, range)
      assert.deepEqual(await bounces(everybody), await bounces(ofDomain))
      // Of a domain they are kept by whole days.
      const attacked = (within: Reach) =>
        people
          .figuresOf(within)
          .tops(queryOf(within, { since: start - 10 * hour, until: start + 14 * hour }), 'attacked', 50)
      assert.deepEqual(await attacked(everybody), await attacked(ofDomain))
    })

    test('a person has the mail of all his addresses and tags, at his tenant alone', async () => {
      const { totals, points } = await figuresOf(reach('user:anna@one.test'))
      assert.deepEqual(
        [totals.accepted, totals.delivered, totals.quarantined, totals.returned, totals.refused],
        [5, 3, 1, 1, 2],
        'not what is to her tag that somebody else has, nor what was refused before',
      )
      assert.deepEqual(
        await figuresOf(reach('group:one.test/anna')),
        await figuresOf(reach('user:anna@one.test')),
      )
      const spied = { tenants: ['two'], domains: ['user:anna@one.test'] }
      assert.equal((await figuresOf(spied)).totals.accepted, 1)
      assert.equal((await figuresOf({ tenants: [], domains: ['user:anna@one.test'] })).totals.accepted, 0)
      assert.ok(
        points.every((each) => each.queue === null),
        'how many waited is not kept of people',
      )
      assert.deepEqual(await topsOf(reach('user:anna@one.test'), 'bad-sender'), [
        { name: 'evil@far.test', deliveries: 3 },
      ])
    })

    test('a domain and people of another one are added up, each mail once', async () => {
      const { totals } = await figuresOf(reach('shop.test', 'group:one.test/all', 'user:cleo@shop.test'))
      const [shop, all] = [await figuresOf(reach('shop.test')), await figuresOf(everybody)]
      assert.equal(totals.accepted, shop.totals.accepted + all.totals.accepted)
      assert.equal(totals.quarantined, shop.totals.quarantined + all.totals.quarantined)
      const both = await figuresOf(reach('one.test', 'group:one.test/all'))
      assert.deepEqual(both.totals, (await figuresOf(ofDomain)).totals)
      assert.deepEqual(both.reasons, (await figuresOf(ofDomain)).reasons)
      assert.deepEqual(await topsOf(reach('one.test', 'user:cleo@shop.test'), 'sender'), [])
    })

    test('pieces of any size come to the same', async () => {
      const { readStatistics: store } = stores
      const addresses = await store.addressesOf(['group:one.test/all'], [], 100)
      const query = { ...range, tenants: ['one'], addresses }
      const sumsOf = async (limit: number) => {
        const lines: Sum[] = []
        let place: PeoplePlace | null = null
        let pieces = 0
        do {
          const found = await store.countPeople(query, place, limit)
          lines.push(...found.sums)
          place = found.next
          pieces++
        } while (place !== null)
        const sums = Map.groupBy(
          lines,
          ({ at, direction, what, reason }) => `${at} ${direction} ${what} ${reason}`,
        )
        const added = [...sums].map(
          ([key, each]) => `${key} ${each.reduce((sum, one) => sum + one.deliveries, 0)}`,
        )
        return { added: added.sort(), pieces }
      }
      const [whole, small] = [await sumsOf(10_000), await sumsOf(1)]
      assert.deepEqual([whole.pieces, small.pieces > 10], [1, true])
      assert.deepEqual(small.added, whole.added)
    })

    test('tags in letters that are other ones when small end the count, and count', async () => {
      // U+0130 and U+212A: small they are an i with a dot, and a k.
      for (const tag of ['\u0130', '\u212A', 'k', 'Shop'])
        await take(`dora+${tag}@tags.test`, { ...aside, lane: 'inbound|one|tags.test' })
      await send('dora+\u0130@evil.example')
      await send('dora+\u212A@tags.test')
      const { totals } = await figuresOf(reach('user:dora@tags.test'))
      assert.deepEqual([totals.accepted, totals.quarantined, totals.returned], [5, 4, 1])
    })

    test('tags of others with the same name are passed in pieces', async () => {
      const strangers = Array.from({ length: 30 }, (_, n) => `dora+${n}@list.example`)
      for (const mailFrom of strangers)
        await stores.messages.accept(
          acceptanceOf(start, { id: idAt(start), mailFrom }, { rcptTo: 'ben@one.test' } as object),
        )
      const query = { ...range, tenants: ['one'], addresses: ['dora@tags.test'] }
      let pieces = 0
      for (let place: PeoplePlace | null = null; pieces === 0 || place !== null; pieces++)
        place = (await stores.readStatistics.countPeople(query, place, 10)).next
      assert.ok(pieces > 3, `${pieces} pieces`)
    })

    const refusedOf = async (within: Reach, asked: object = hours, parts: object = {}) => {
      const statistics = { ...bound(), ...parts } as never
      const { sums, severalSince } = await countPeople({ statistics, inTurn }, within, { ...hours, ...asked })
      const refused = sums
        .filter(({ what }) => what === 'refused')
        .reduce((sum, { deliveries }) => sum + deliveries, 0)
      return { refused, severalSince }
    }
    const bound = () => {
      const { readStatistics: store } = stores
      return {
        addressesOf: store.addressesOf.bind(store),
        countPeople: store.countPeople.bind(store),
        refusedRead: store.refusedRead.bind(store),
        countRefused: store.countRefused.bind(store),
        countUnread: store.countUnread.bind(store),
      }
    }

    test('refusals to several are found by person, those that are written since too, each once', async () => {
      const at = start + 2 * hour
      const many = { ...hours, since: start - 40 * day, until: start + 3 * hour }
      const before = (await refusedOf(everybody, many)).refused
      const dora = reach('user:dora@tags.test')
      assert.equal((await refusedOf(dora)).refused, 0)
      for (let n = 0; n < 60; n++) await refuse(`x${n}@two.test, y${n}@two.test`, at, 'two')
      await refuse('dora+Shop@tags.test, x@tags.test', at)
      await refuse('x@tags.test, Dora@tags.test, dora+a@tags.test', at - 30 * day)
      await refuse('ben@one.test, x@one.test, anna+q@one.test, anna@one.test', at)
      const check = async (what: string) => {
        assert.equal((await refusedOf(dora)).refused, 1, what)
        assert.equal((await refusedOf(dora, many)).refused, 2, what)
        assert.equal((await refusedOf(dora, { ...many, until: at - day })).refused, 1, what)
        assert.equal((await refusedOf(everybody, many)).refused, before + 1, `${what}: of both once`)
        assert.equal((await refusedOf({ ...dora, tenants: ['two'] }, many)).refused, 0, what)
        assert.equal((await refusedOf(reach('group:one.test/all'), many)).severalSince, null, what)
      }
      await check('read in the order of writing')
      const { line, last } = await stores.readStatistics.refusedRead()
      assert.ok(last - line > 60)
      const gathered = await stores.readStatistics.gatherRefused(10)
      assert.equal(gathered.more, true)
      assert.equal(await stores.statistics.addRefused(gathered), true)
      assert.equal(await stores.statistics.addRefused(gathered), false, 'somebody else has done so')
      await check('found in part')
      await feedRefused(stores)
      assert.deepEqual(await stores.readStatistics.refusedRead(), { line: last, last })
      await check('found by person')
    })

    test('where refusals to several are too many, the newest are counted and it is said since when', async () => {
      const at = start + 2 * hour
      const dora = reach('user:dora@tags.test')
      const two = { ...hours, since: start - 40 * day, until: start + 3 * hour }
      assert.equal((await refusedOf(dora, two)).refused, 2)
      // As if each piece had no more than one look.
      let pieces = 0
      const endless = async (...[query]: Parameters<ReturnType<typeof bound>['countRefused']>) => {
        pieces++
        const found = await stores.readStatistics.countRefused(query, null, 1000)
        return query.day >= start - 20 * day ? found : { ...found, next: { n: 0, after: '' } }
      }
      const { refused, severalSince } = await refusedOf(dora, two, { countRefused: endless })
      const day20 = Math.floor((start - 20 * day) / day) * day
      assert.deepEqual([refused, severalSince, pieces], [1, day20 + day, 1000])
      const unread = async () => ({ sums: [], tops: [], next: 1, newestAt: at })
      const tail = await refusedOf(dora, two, {
        countUnread: unread,
        refusedRead: async () => ({ line: 1, last: 9 }),
      })
      assert.deepEqual(tail, { refused: 0, severalSince: at })
    })

    test('refusals of a day that is over are let go of with it', async () => {
      const before = (await refusedOf(reach('user:dora@tags.test'), { since: start - 40 * day })).refused
      assert.equal(before, 2)
      const limits = { quarantinedMs: 90 * day, heldMs: 90 * day, traceMs: 20 * day } as never
      await stores.retention.forget(start + 3 * hour, limits, 1000)
      const { readStatistics: store } = stores
      const { line } = await store.refusedRead()
      const query = { ...range, reach: reach('user:dora@tags.test'), without: [], line }
      const old = { ...query, since: 0, day: Math.floor((start + 2 * hour - 30 * day) / day) * day }
      assert.deepEqual((await store.countRefused({ ...old, plain: ['dora@tags.test'] }, null, 100)).sums, [])
      assert.equal((await refusedOf(reach('user:dora@tags.test'), { since: start - 40 * day })).refused, 1)
    })

    test('what was settled long after it came counts where it was settled', async () => {
      const lane = 'inbound|one|late.test'
      await take('ben@one.test', {
        lane,
        at: start - 5 * day,
        dueAt: start - 5 * day,
        expiresAt: start + day,
      })
      const before = (await figuresOf(reach('user:ben@one.test'))).totals
      await settle(lane, start + 2 * hour + 5000, 'delivered')
      const fresh = new PeopleStatistics({
        ...{ statistics: stores.readStatistics, rest, now: () => now, keepMs: () => 90 * day },
      })
      const ben = reach('user:ben@one.test')
      const { totals } = await readStatistics(fresh.figuresOf(ben), ben, range)
      assert.deepEqual([totals.delivered, totals.accepted], [before.delivered + 1, before.accepted])
    })

    test('what cannot be counted is said in words, and what the ledger keeps no more is not told as nothing', async () => {
      const { readStatistics: statistics } = stores
      await assert.rejects(
        countPeople({ statistics, inTurn }, reach('group:big.test/all'), hours),
        /more than 5000 addresses/,
      )
      // With sums of their domain none of them is looked at.
      const { sums } = await countPeople({ statistics, inTurn }, reach('group:big.test/all'), hours, [
        'big.test',
      ])
      assert.deepEqual(sums, [])
      let pieces = 0
      const bySteps = {
        addressesOf: statistics.addressesOf.bind(statistics),
        countPeople: (query: PeopleQuery, from: PeoplePlace | null) => {
          pieces++
          return statistics.countPeople(query, from, 1)
        },
        refusedRead: statistics.refusedRead.bind(statistics),
        countRefused: statistics.countRefused.bind(statistics),
        countUnread: statistics.countUnread.bind(statistics),
      }
      const some = reach('group:big.test/some')
      await assert.rejects(
        countPeople({ statistics: bySteps, inTurn }, some, hours),
        /too much mail to and from/,
      )
      assert.equal(pieces, 1000)
      const short = new PeopleStatistics({ statistics, rest, now: () => now, keepMs: () => 7 * day })
      const clipped = short.rangeOf(everybody, { since: start - 30 * day, until: start + hour })
      assert.equal(clipped.since, start - 10 * hour - 6 * day)
      assert.equal(short.rangeOf(ofDomain, range), range)
      assert.throws(
        () => short.rangeOf(everybody, { since: start - 30 * day, until: start - 20 * day }),
        /keeps 7 days \(spool\.keepTrace\)/,
      )
    })
  })
}
