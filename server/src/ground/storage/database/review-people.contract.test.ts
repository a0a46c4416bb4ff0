import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { firstIdAt, newId } from '#ground/platform/ids.ts'
import { countedMost, type ReviewPeopleQuery } from '#services/review/review-standing.ts'
import { acceptanceOf } from '../../../../../tests/mail/acceptance.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import type { ThreadedStores } from './threaded-stores.ts'

const start = 1_800_000_000_000
let clock = start

for (const engine of engines) {
  describe(`people whose mail waits, on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
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
        const user = (name: string, owner = name) => ({
          ...{ address: `${name}@${domain}`, owner: `${owner}@${domain}`, domain, settings: {} },
          ...{
            kind: name === owner ? ('user' as const) : ('alias' as const),
            displayName: `${name} of ${id}`,
          },
        })
        await directory.putUsers([user('anna'), user('bert'), user('sales', 'anna')], start)
      }
      const group = { id: 'one.test/staff', domain: 'one.test', name: 'Staff', settings: {} }
      await directory.putGroup(group, ['bert@one.test'])
      for (const [to, score] of [
        ['sales@one.test', 300],
        ['anna@one.test', 900],
        ['stray+x@one.test', 300],
        ['bert@two.test', 300],
      ] as const)
        await aside(to, score)
      await follow()
    })
    after(() => open.close())

    async function aside(rcptTo: string, score = 300): Promise<void> {
      const id = newId(++clock)
      const tenant = rcptTo.endsWith('@one.test') ? 'one' : 'two'
      const explanation = { verdict: 'spam', score, findings: [], facts: {}, timings: {} }
      const delivery = { rcptTo, tenant, state: 'quarantined', reason: 'score', dueAt: null } as const
      await stores.messages.accept(acceptanceOf(clock, { id, explanation }, delivery))
    }
    async function follow(): Promise<void> {
      const { from, upTo, news } = await stores.readReview.news(10_000)
      await stores.review.noteNews(from, upTo, news)
    }
    const namesOf = async (query: Partial<ReviewPeopleQuery>) =>
      (await stores.readReview.people({ within: null, after: '', limit: 50, ...query })).map(
        ({ address, isListed }) => `${address}${isListed ? '' : '?'}`,
      )
    const standingOf = async (address: string, tenant: string, visibility: number | null = null) =>
      (await stores.readReview.standings([{ address, tenant, visibility }], countedMost))[0] ??
      assert.fail('nobody')

    test('people stand in order, without aliases, and with addresses that nobody has named and mail waits for', async () => {
      const all = ['anna@one.test', 'anna@two.test', 'bert@one.test', 'bert@two.test', 'stray@one.test?']
      assert.deepEqual(await namesOf({}), all)
      assert.deepEqual(await namesOf({ limit: 2 }), all.slice(0, 2))
      assert.deepEqual(await namesOf({ after: 'bert@one.test' }), all.slice(3))
      assert.deepEqual(await namesOf({ waits: true }), [all[0], all[3], all[4]])
      assert.deepEqual(await namesOf({ waits: false }), [all[1], all[2]])
      assert.deepEqual(await namesOf({ text: 'of two' }), [all[1], all[3]])
      assert.deepEqual(await namesOf({ domain: 'one.test' }), [all[0], all[2], all[4]])
      assert.deepEqual(await namesOf({ group: 'one.test/staff' }), ['bert@one.test'])
    })

    test('nobody sees people of others: by tenant, domain, group or name', async () => {
      const within = (tenant: string, domains: string[] | null) =>
        namesOf({ within: { tenants: [tenant], domains } })
      assert.deepEqual(await within('two', null), ['anna@two.test', 'bert@two.test'])
      assert.deepEqual(await within('one', ['one.test']), [
        'anna@one.test',
        'bert@one.test',
        'stray@one.test?',
      ])
      assert.deepEqual(await within('one', ['group:one.test/staff']), ['bert@one.test'])
      assert.deepEqual(await within('one', ['user:anna@one.test']), ['anna@one.test'])
      assert.deepEqual(await within('two', ['one.test', 'user:anna@one.test']), [])
      assert.deepEqual(await namesOf({ within: { tenants: [], domains: null } }), [])
    })

    test('what waits is counted by what he may see, and as that of his tenant alone', async () => {
      const counts = async (tenant: string, visibility: number | null) => {
        const { waiting, hidden, fresh, unsaid } = await standingOf('anna@one.test', tenant, visibility)
        return [waiting, hidden, fresh, unsaid]
      }
      assert.deepEqual(await counts('one', null), [2, 0, 2, 2])
      assert.deepEqual(await counts('one', 500), [1, 1, 1, 1])
      assert.deepEqual(await counts('two', null), [0, 0, 0, 0])
      assert.equal((await standingOf('anna@one.test', 'two')).state, null)
      assert.equal((await standingOf('anna@two.test', 'two')).state, null, 'nothing has ever waited')
    })

    test('the last mail is found with what it has come to, and no other message of that moment', async () => {
      const address = 'bert@two.test'
      const { state } = await standingOf(address, 'two')
      const at = (clock += 1000)
      const idOf = (n: number) => `${firstIdAt(at)}00000${n}`.padEnd(16, '0')
      const messageId = idOf(1)
      const own = (id: string, facts: object, rcptTo = address) =>
        acceptanceOf(
          at,
          {
            ...{ id, direction: 'own' },
            explanation: { verdict: 'clean', score: 0, findings: [], facts: { ...facts }, timings: {} },
          },
          { rcptTo, tenant: 'two' },
        )
      const link = {
        ...{ hash: 'h1', address, tenant: 'two', madeAt: at, expiresAt: at + 1, clicks: 3 },
        ...{ kind: 'review' as const, since: 0, codeHash: null, tries: 1 },
      }
      await stores.messages.accept({
        ...own(messageId, { review: address }),
        review: { kind: 'link', link, dueAt: state?.dueAt ?? assert.fail('no mail is due') },
      })
      await stores.messages.accept(own(idOf(2), { reviewLink: address }))
      await stores.messages.accept(own(idOf(3), { review: 'anna@two.test' }))
      const found = await standingOf(address, 'two')
      assert.deepEqual(found.mail, { messageId, state: 'waiting', reason: 'just-accepted' })
      assert.deepEqual([found.state?.mailedAt, found.waiting, found.unsaid], [at, 1, 0])
      assert.equal((await standingOf(address, 'one')).mail, null)
    })

    test('a heap is counted up to a bound', async () => {
      for (let n = 0; n < countedMost + 5; n++) await aside('anna@two.test')
      await follow()
      assert.equal((await standingOf('anna@two.test', 'two')).waiting, countedMost)
    })
  })
}
