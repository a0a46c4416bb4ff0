import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { NewDelivery } from '#flow/spool/message.ts'
import { newId } from '#ground/platform/ids.ts'
import type { AskedLinks, LinkEnd } from '#services/links/link-store.ts'
import { acceptanceOf } from '../../../../../tests/mail/acceptance.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import { LinkBookReader } from '../link-book-reader.ts'
import type { ThreadedStores } from './threaded-stores.ts'

const start = 1_800_000_000_000
const day = 86_400_000
const led = (end: string): LinkEnd => ({ state: 'led', end, hops: [], why: '' })
const bad = [{ check: 'links', code: 'link-look-alike-host', weight: 200 }]

for (const engine of engines) {
  describe(`links on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let stores: ThreadedStores

    before(async () => {
      open = await engine.open()
      stores = open.stores
    })
    after(() => open.close())

    async function mail(...deliveries: Partial<NewDelivery>[]): Promise<string> {
      const id = newId(start)
      const named = deliveries.map((each, n) => ({ rcptTo: `r${n}@a.test`, lane: 'lane', ...each }))
      await stores.messages.accept(
        acceptanceOf(start, { id, edits: [{ kind: 'prepend', line: 'Received: us' }] }, ...named),
      )
      return id
    }

    const ask = (
      asked: Partial<AskedLinks> & Pick<AskedLinks, 'messageId' | 'urls'>,
      room = 100,
      now = start,
    ) => stores.links.ask([{ tenant: 'one', around: { author: 'x.test' }, ...asked }], now, now - day, room)
    const read = async (id: string) => {
      const found = await stores.ledger.read(id)
      assert(found?.kind === 'message')
      return found
    }
    /** Follows a link and tells the message. */
    async function tell(messageId: string, url: string, findings: readonly object[]) {
      await stores.links.finish(url, led('https://end.test/'), start)
      return stores.links.tell(
        { messageId, links: [{ url, end: led('https://end.test/') }], findings },
        start + 5000,
        false,
      )
    }

    test('a link is asked for once, claimed by one, and told to all messages that wait for it', async () => {
      assert.equal(await ask({ messageId: 'm1', urls: ['http://s/1', 'http://s/2', 'http://s/1'] }), 0)
      assert.equal(await ask({ messageId: 'm2', urls: ['http://s/1'] }), 0)
      assert.deepEqual(await stores.links.queue(), { pending: 2, oldestAt: start })
      const claimed = await stores.links.claim(start, start + 1000, 10)
      assert.deepEqual(claimed.map((each) => each.url).sort(), ['http://s/1', 'http://s/2'])
      assert.deepEqual(await stores.links.claim(start, start + 1000, 10), [])
      assert.equal((await stores.links.claim(start + 1000, start + 2000, 10)).length, 2, 'a lease that ended')
      await stores.links.finish('http://s/1', led('https://one.test/'), start)
      await stores.links.finish('http://s/1', led('https://other.test/'), start)
      assert.deepEqual(
        (await stores.links.answered(start + 5000, 10)).map((each) => each.messageId),
        ['m2'],
      )
      await stores.links.finish('http://s/2', led('https://two.test/'), start)
      const answered = await stores.links.answered(start + 5000, 10)
      assert.deepEqual(
        answered.find((each) => each.messageId === 'm1')?.links.map(({ end }) => end?.end),
        ['https://one.test/', 'https://two.test/'],
      )
      assert.equal((await stores.links.queue()).pending, 0)
      // Neither is there: they are told again later, and given up in the end.
      assert.equal(
        await stores.links.tell({ messageId: 'm1', links: [], findings: [] }, start + 5000, false),
        'not-yet',
      )
      for (const messageId of ['m1', 'm2'])
        await stores.links.tell({ messageId, links: [], findings: [] }, start + 5000, true)
      assert.deepEqual(await stores.links.answered(start + 50_000, 10), [])
    })

    test('no more than the queue takes, half of it for one tenant, and what finds no room is told', async () => {
      const urls = (name: string, count: number) =>
        Array.from({ length: count }, (_, n) => `http://s/${name}${n}`)
      assert.equal(await ask({ messageId: 'f1', urls: urls('a', 20) }, 10), 15)
      assert.equal(await ask({ messageId: 'f2', tenant: 'two', urls: urls('b', 3) }, 10), 0)
      assert.equal((await stores.links.queue()).pending, 8)
      for (const { url } of await stores.links.claim(start, start + 1, 100))
        await stores.links.finish(url, led('https://x.test/'), start)
      const [first] = await stores.links.answered(start + 5000, 1)
      assert.equal(first?.links.filter((each) => each.end === null).length, 15)
      for (const messageId of ['f1', 'f2'])
        await stores.links.tell({ messageId, links: [], findings: [] }, start + 5000, true)
    })

    test('tenants take turns, and what is put back counts as tried only where it was', async () => {
      const urls = (name: string, count: number) =>
        Array.from({ length: count }, (_, n) => `http://t/${name}${n}`)
      await ask({ messageId: 't1', tenant: 'loud', urls: urls('l', 40) })
      await ask({ messageId: 't2', tenant: 'quiet', urls: urls('q', 2) }, 100, start + 10)
      const claimed = await stores.links.claim(start + 10, start + 1000, 10)
      assert.deepEqual(
        claimed.slice(0, 4).map(({ url }) => url.slice(0, 10)),
        ['http://t/l', 'http://t/q', 'http://t/l', 'http://t/q'],
      )
      const [one, two] = claimed
      await stores.links.postpone(one!.url, start, true)
      await stores.links.postpone(two!.url, start, false)
      const again = await stores.links.claim(start, start + 1000, 100)
      const attempts = (url: string) => again.find((each) => each.url === url)?.attempts
      assert.deepEqual([attempts(one!.url), attempts(two!.url)], [1, 0])
      for (const url of [...urls('l', 40), ...urls('q', 2)])
        await stores.links.finish(url, led('https://x.test/'), start)
      for (const messageId of ['t1', 't2'])
        await stores.links.tell({ messageId, links: [], findings: [] }, start + 5000, true)
    })

    test('what has been followed lately is not followed again, and what was long ago is', async () => {
      await ask({ messageId: 'o1', urls: ['http://s/old'] })
      await stores.links.finish('http://s/old', led('https://x.test/'), start)
      await ask({ messageId: 'o2', urls: ['http://s/old'] }, 100, start + 1000)
      assert.equal((await stores.links.queue()).pending, 0)
      await ask({ messageId: 'o3', urls: ['http://s/old'] }, 100, start + 3 * day)
      assert.equal((await stores.links.queue()).pending, 1)
      await stores.links.finish('http://s/old', led('https://x.test/'), start + 3 * day)
      assert((await stores.links.forget(start + 10 * day, start + 9 * day, 100)) > 0)
      assert.deepEqual(await stores.links.answered(start + 20 * day, 10), [])
    })

    test('mail that waits or is quarantined is judged again; what people released, and what has left, is not', async () => {
      const waiting = await mail({}, { state: 'quarantined', reason: 'score', dueAt: null })
      await ask({ messageId: waiting, urls: ['http://s/w'] })
      assert.equal((await read(waiting)).linksPending, 1)
      assert.equal(await tell(waiting, 'http://s/w', bad), 'reopened')
      const found = await read(waiting)
      assert.deepEqual(
        found.deliveries.map(({ state, reason, dueAt }) => [state, reason, dueAt]),
        [
          ['waiting', 'inspecting', null],
          ['quarantined', 'score', null],
        ],
      )
      assert.deepEqual(found.explanation.late, bad)
      assert.equal(found.events.filter((each) => each.reason === 'links-followed').length, 2)
      const [claimed] = await stores.messages.claimUninspected('me', start + 5000, start + 9000, 10)
      assert.equal(claimed?.id, waiting)
      await stores.messages.decide(waiting, 'me', start + 6000, {
        explanation: { verdict: 'phishing', score: 200, findings: bad, facts: {}, timings: {} },
        edits: [],
        subject: '',
        headerFrom: '',
        headerMessageId: '',
        decisions: [0, 1].map((n) => ({
          messageId: waiting,
          n,
          state: 'quarantined',
          reason: 'score',
          dueAt: null,
        })),
      })
      assert.deepEqual(
        (await read(waiting)).deliveries.map((each) => each.state),
        ['quarantined', 'quarantined'],
      )

      await ask({ messageId: waiting, urls: ['http://s/again'] })
      assert.equal(await tell(waiting, 'http://s/again', bad), 'late', 'once is enough')

      const kept = await mail({ reason: 'tls-fails' })
      await ask({ messageId: kept, urls: ['http://s/k'] })
      assert.equal(await tell(kept, 'http://s/k', bad), 'reopened', 'its next hop is what it waits for')

      const released = await mail({ reason: 'released-from-quarantine' })
      await ask({ messageId: released, urls: ['http://s/r'] })
      assert.equal(await tell(released, 'http://s/r', bad), 'late')
      assert.equal((await read(released)).deliveries[0]?.reason, 'released-from-quarantine')

      const good = await mail({})
      await ask({ messageId: good, urls: ['http://s/g'] })
      assert.equal(await tell(good, 'http://s/g', []), 'noted')
      assert.equal((await read(good)).deliveries[0]?.reason, 'just-accepted')
      assert.equal((await read(good)).explanation.followed?.links.length, 1)
      assert.deepEqual(await stores.ledger.auditStretch({ since: 0, until: start + 3_600_000 }, 10), [])
    })

    test('hosts are noted with their first time, and forgotten when nobody writes of them', async () => {
      const host = (name: string, tenant: string, at: number) => ({ host: name, tenant, at, mails: 1 })
      await stores.links.addHosts([host('a.test', 'one', start), host('once.test', 'one', start)])
      await stores.links.addHosts([host('a.test', 'one', start + day), host('a.test', 'two', start + 5)])
      // Only the embedded engine is read in place.
      if (engine.name !== 'sqlite') return
      const book = new LinkBookReader(open.folder, 10)
      assert.equal(book.firstSeen('a.test'), start)
      assert.equal(book.since(), start)
      assert.equal(book.firstSeen('other.test'), null)
      await stores.links.forget(start + 90 * day + 100_000, 0, 100)
      assert.deepEqual([book.firstSeen('once.test'), book.firstSeen('a.test')], [null, start])
      await stores.links.ask(
        [{ messageId: 'b', tenant: 'one', urls: ['http://s/b'], around: {} }],
        start,
        start,
        10,
      )
      assert.equal(book.visitOf('http://s/b'), null)
      await stores.links.finish('http://s/b', led('https://x.test/'), start)
      assert.equal(book.visitOf('http://s/b')?.end, 'https://x.test/')
      book.close()
    })
  })
}
