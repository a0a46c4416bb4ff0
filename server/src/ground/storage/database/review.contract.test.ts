import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { newId } from '#ground/platform/ids.ts'
import type { Manager } from '#services/access/access-store.ts'
import { acceptanceOf } from '../../../../../tests/mail/acceptance.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import type { ThreadedStores } from './threaded-stores.ts'

const start = 1_800_000_000_000
let clock = start
const boss: Manager = {
  ...{
    id: 'boss',
    displayName: '',
    address: 'boss@one.test',
    role: 'quarantine',
    tenant: 'one',
    domains: null,
    ownersOfDomains: [],
  },
  ...{ passwordHash: null, totpSecret: null, recoveryCodes: [], needsSecondFactor: false, createdAt: start },
  ...{ createdBy: 'test', disabledAt: null, passkeys: 0, isProbe: false },
}

for (const engine of engines) {
  describe(`mail that waits for people on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let stores: ThreadedStores

    before(async () => {
      open = await engine.open()
      stores = open.stores
      const { directory } = stores
      for (const id of ['one', 'two']) {
        await directory.putTenant({ id, parent: null, level: 'customer', name: id, settings: {}, locked: [] })
        const domain = `${id}.test`
        await directory.putDomain({ name: domain, tenant: id, nextHop: 'mx', settings: {} }, start)
        const user = { domain, displayName: '', settings: {}, owner: `anna@${domain}` }
        const people = [
          { ...user, address: `anna@${domain}`, kind: 'user' as const },
          { ...user, address: `sales@${domain}`, kind: 'alias' as const },
        ]
        await directory.putUsers(people, start)
      }
    })
    after(() => open.close())

    async function aside(rcptTo: string, tenant: string, score = 300): Promise<string> {
      const id = newId(++clock)
      const explanation = { verdict: 'spam', score, findings: [], facts: {}, timings: {} }
      const delivery = { rcptTo, tenant, state: 'quarantined', reason: 'score', dueAt: null } as const
      await stores.messages.accept(acceptanceOf(clock, { id, explanation }, delivery))
      return id
    }
    async function follow(): Promise<void> {
      const { from, upTo, news } = await stores.readReview.news(10_000)
      await stores.review.noteNews(from, upTo, news)
    }
    const queryOf = (tenant: string) => ({
      address: `anna@${tenant}.test`,
      tenant,
      visibility: null,
      since: null,
    })
    const idsOf = async (tenant: string) =>
      (await stores.readReview.list(queryOf(tenant), 50)).map((each) => each.messageId)

    test('each message stands with its person, by alias and tag, and never across tenants', async () => {
      const mine = [
        await aside('anna@one.test', 'one'),
        await aside('Sales@one.test', 'one'),
        await aside('anna+x@one.test', 'one'),
      ]
      const other = await aside('anna@two.test', 'two')
      await follow()
      assert.deepEqual((await idsOf('one')).reverse(), mine)
      assert.deepEqual(await idsOf('two'), [other])
      const [first = ''] = mine
      assert.equal((await stores.readReview.line(queryOf('one'), first, 0))?.rcptTo, 'anna@one.test')
      assert.equal(await stores.readReview.line(queryOf('two'), first, 0), null)
      assert.equal(await stores.readReview.line({ ...queryOf('one'), tenant: 'two' }, first, 0), null)
      assert.equal(await stores.readReview.line({ ...queryOf('one'), visibility: 299 }, first, 0), null)
      assert.deepEqual(await stores.readReview.count({ ...queryOf('one'), since: clock - 2 }), {
        waiting: 3,
        fresh: 1,
      })
    })

    test('the list goes on behind a cursor, and leaves out what has left', async () => {
      const all = await stores.readReview.list(queryOf('one'), 50)
      const [head] = await stores.readReview.list(queryOf('one'), 1)
      assert.ok(head)
      const rest = await stores.readReview.list({ ...queryOf('one'), after: head }, 50)
      assert.deepEqual([head, ...rest], all)
      await stores.quarantine.remove(head.messageId, null, ++clock, 'x')
      assert.equal((await idsOf('one')).includes(head.messageId), false, 'before the news are read')
      await follow()
      assert.equal((await stores.readReview.line(queryOf('one'), head.messageId, 0))?.state, 'discarded')
    })

    test('news are noted once, however many read them', async () => {
      await aside('anna@one.test', 'one')
      const first = await stores.readReview.news(10_000)
      const second = await stores.readReview.news(10_000)
      assert.deepEqual(first, second)
      await stores.review.noteNews(first.from, first.upTo, first.news)
      const waiting = (await idsOf('one')).length
      await stores.review.noteNews(second.from, second.upTo, second.news)
      assert.equal((await idsOf('one')).length, waiting)
      assert.deepEqual((await stores.readReview.news(10_000)).news, [])
    })

    test('a link has its presses for all processes together', async () => {
      const link = {
        hash: 'h',
        address: 'anna@one.test',
        tenant: 'one',
        kind: 'review',
        madeAt: clock,
        expiresAt: clock + 1000,
        clicks: 3,
        since: 0,
        codeHash: null,
        tries: 5,
      } as const
      await stores.review.putLink(link)
      const beside = await open.reopen()
      const press = (from: ThreadedStores, hash: string) =>
        from.review.useLink('h', null, { hash, createdAt: clock, expiresAt: clock + 1000, ip: '' })
      const presses = await Promise.all(
        ['a', 'b', 'c', 'd', 'e'].map((hash, index) => press(index % 2 ? stores : beside, hash)),
      )
      assert.deepEqual(presses.sort(), ['opened', 'opened', 'opened', 'over', 'over'])
      assert.equal((await stores.review.link('h'))?.clicksLeft, 0)
      const lines = await stores.access.audit(['one'], null, 10, { what: 'review-opened' })
      assert.deepEqual(
        lines.map(({ who, detail }) => [who, detail.clicksLeft]),
        [2, 1, 0].map((left) => ['person:anna@one.test', left]).reverse(),
        'each is written down with it',
      )
    })

    /** Request r1 waits: who may see it counts it, and a manager is told of it once, whoever tells him. */
    async function askedIsCounted(): Promise<void> {
      const none = { count: 0, oldestAt: null }
      const one = { requests: { count: 1, oldestAt: clock }, reports: none }
      const of = (tenants: string[], domains: string[] | null) =>
        stores.readReview.asked({ tenants, domains })
      assert.deepEqual(await stores.readReview.asked(), one)
      assert.deepEqual(await of(['one'], ['one.test']), one)
      for (const foreign of [of(['two'], null), of(['one'], ['two.test'])])
        assert.deepEqual(await foreign, { requests: none, reports: none })
      assert.deepEqual(await stores.readReview.askedGroups(), [
        { tenant: 'one', domain: 'one.test', requests: 1, reports: 0, oldestAt: clock, newestAt: clock },
      ])
      const ofPeople = (manager: string, tenants: string[], ...names: string[]) => ({
        manager,
        tenants,
        names,
      })
      const hers = {
        tenant: 'one',
        domain: 'one.test',
        requests: 1,
        reports: 0,
        oldestAt: clock,
        newestAt: clock,
      }
      const everybody = 'group:one.test/everybody'
      await stores.directory.putGroup(
        { id: 'one.test/everybody', domain: 'one.test', name: 'everybody', settings: {} },
        ['anna@one.test'],
      )
      const asked = await stores.readReview.askedOf([
        ofPeople('of-anna', ['one', 'two'], 'user:anna@one.test'),
        ofPeople('of-ben', ['one'], 'user:ben@one.test'),
        ofPeople('elsewhere', ['two'], 'user:anna@one.test', everybody),
        ofPeople('of-all', ['one'], everybody, 'user:anna@one.test', 'user:ben@one.test'),
      ])
      assert.deepEqual(
        asked.toSorted((a, b) => (a.manager < b.manager ? -1 : 1)),
        ['of-all', 'of-anna'].map((manager) => ({ manager, ...hers })),
        'once for who has her twice, and nothing of other tenants',
      )
      await stores.access.putManager(boss)
      await stores.access.putManager({ ...boss, id: 'quiet', address: '' })
      await stores.access.putManager({ ...boss, id: 'gone', disabledAt: clock })
      const known = async () =>
        (await stores.readReview.askedManagers()).map(({ id, mailedAt }) => [id, mailedAt])
      assert.deepEqual(await known(), [['boss', null]])
      const tell = () => {
        const mail = acceptanceOf(clock, { direction: 'own' }, { rcptTo: boss.address })
        return stores.messages.accept({ ...mail, review: { kind: 'asked', manager: 'boss', mailedAt: null } })
      }
      await tell()
      await assert.rejects(tell(), /told by somebody else/)
      assert.deepEqual(await known(), [['boss', clock]])
      await stores.access.putManager({ ...boss, displayName: 'Boss' })
      assert.deepEqual(await known(), [['boss', clock]], 'changing him makes nobody write again')
    }

    test('one request for a message, decided once, and forgotten in time', async () => {
      const [messageId = ''] = await idsOf('one')
      const request = {
        messageId,
        n: 0,
        tenant: 'one',
        rcptTo: 'anna@one.test',
        person: 'anna@one.test',
        askedAt: clock,
      }
      assert.equal(await stores.review.addRequest({ ...request, id: 'r1' }), true)
      assert.equal(await stores.review.addRequest({ ...request, id: 'r2' }), false)
      const seen = async (tenants: string[], domains: string[] | null) =>
        (await stores.readReview.requests({ within: { tenants, domains } }, 10)).map((each) => each.id)
      assert.deepEqual(await seen(['one'], null), ['r1'])
      assert.deepEqual(await seen(['two'], null), [])
      assert.deepEqual(await seen(['one'], ['two.test']), [])
      assert.deepEqual(await seen(['one'], ['one.test']), ['r1'])
      await askedIsCounted()
      const decision = { at: clock, who: 'x', note: '', state: 'denied' } as const
      assert.equal(await stores.review.decide('r1', decision), true)
      assert.equal(await stores.review.decide('r1', { ...decision, state: 'approved' }), false)
      assert.deepEqual(
        (await stores.readReview.untold(10)).map((each) => each.id),
        ['r1'],
      )
      await stores.review.forget(clock + 400 * 86_400_000, 100)
      assert.equal(await stores.readReview.request('r1'), null)
      assert.equal(await stores.review.link('h'), null)
      assert.equal(await stores.review.session('a'), null)
      assert.notEqual((await idsOf('one')).length, 0, 'what waits is not forgotten here')
    })
  })
}
