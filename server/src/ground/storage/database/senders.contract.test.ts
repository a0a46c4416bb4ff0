import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { newId } from '#ground/platform/ids.ts'
import { resetSender } from '#services/senders/order-sender.ts'
import { acceptanceOf } from '../../../../../tests/mail/acceptance.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import type { ThreadedStores } from './threaded-stores.ts'

const start = 1_800_000_000_000
const hourMs = 3_600_000
let clock = start

for (const engine of engines) {
  describe(`mailboxes that send, on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let stores: ThreadedStores

    before(async () => {
      open = await engine.open()
      stores = open.stores
    })
    after(() => open.close())

    /** A message of somebody's to some recipients, counted with it. */
    async function send(
      sender: string,
      recipients: readonly string[],
      { suspect = null as readonly string[] | null, instance = 'p1', ip = '192.0.2.1', tenant = 'one' } = {},
    ): Promise<string> {
      const id = newId(++clock)
      const client = { ip, port: 1, helo: 'x', protocol: 'ESMTPSA', tls: null } as const
      const state = suspect ? ('held' as const) : ('waiting' as const)
      const reason = suspect ? ('sender-suspended' as const) : ('just-accepted' as const)
      await stores.messages.accept({
        ...acceptanceOf(
          clock,
          { id, mailFrom: sender, direction: 'outbound', client },
          ...recipients.map((rcptTo) => ({ rcptTo, tenant, state, reason, dueAt: suspect ? null : clock })),
        ),
        sending: { sender, tenant, instance, recipients: recipients.length, at: clock, suspect },
      })
      return id
    }
    const people = (name: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${name}${index}@far.test`)
    const figuresOf = (sender: string, recipients: readonly string[] = [], ip = '') =>
      stores.readSenders.figures({ sender, addresses: [sender], now: clock, recipients, ip })
    const order = (sender: string) => ({ sender, who: 'boss', ip: '', at: ++clock, lifeMs: 1000 })

    test('each process learns what the others have counted, also before its start', async () => {
      await send('a@one.test', people('x', 3))
      await send('a@one.test', people('x', 4), { instance: 'p2' })
      const of = async (instance: string) =>
        (await stores.readSenders.volumes(clock - hourMs, instance)).slots.reduce(
          (sum, each) => sum + each.recipients,
          0,
        )
      assert.deepEqual([await of('p1'), await of('p2'), await of('p3')], [4, 3, 7])
      const [active] = await stores.readSenders.active(clock - hourMs, 7, 10)
      assert.deepEqual([active?.sender, active?.recipients, active?.isSuspended], ['a@one.test', 7, false])
      assert.deepEqual(await stores.readSenders.active(clock - hourMs, 8, 10), [])
    })

    test('figures say what is usual, who is new, and where it sends from', async () => {
      await send('b@one.test', people('friend', 5))
      clock += 26 * hourMs
      await send('b@one.test', ['friend0@far.test', 'new@far.test'], { ip: '198.51.100.7' })
      const figures = await figuresOf('b@one.test', ['new@far.test', 'newer@far.test'], '198.51.100.9')
      assert.deepEqual(figures, {
        ...{ day: 2, usualHour: 5, usualDay: 5, vouched: 0, looked: 3, strangers: 2 },
        ...{ settled: 0, refused: 0, isNewNetwork: true },
      })
      assert.equal((await figuresOf('b@one.test', [], '192.0.2.77')).isNewNetwork, false)
    })

    test('advice is given once in a while, whoever asks', async () => {
      assert.equal(await stores.senders.claimAdvice('a@one.test', 'one', clock, clock - hourMs), true)
      assert.equal(await stores.senders.claimAdvice('a@one.test', 'one', clock + 1, clock - hourMs), false)
    })

    test('a suspended mailbox is freed with what is held and what waits, and vouched for', async () => {
      const waiting = await send('c@one.test', people('y', 2))
      const held = await send('c@one.test', people('z', 3), { suspect: ['much'] })
      assert.deepEqual((await stores.readSenders.volumes(0, '')).suspended, ['c@one.test'])
      const within = { tenants: ['two'], domains: null }
      assert.deepEqual(await stores.readSenders.suspended({ within }, 10), [])
      const narrow = { tenants: ['one'], domains: ['two.test'] }
      assert.deepEqual(await stores.readSenders.suspended({ within: narrow }, 10), [])
      assert.equal(await stores.senders.holdWaiting('c@one.test', clock - hourMs, ++clock), 2)
      const [line] = await stores.readSenders.suspended(
        { within: { tenants: ['one'], domains: ['one.test'] } },
        10,
      )
      assert.deepEqual([line?.held, line?.why], [5, ['much']])
      assert.equal(await stores.senders.free(order('c@one.test')), 5)
      assert.equal(await stores.senders.free(order('c@one.test')), null)
      assert.equal((await figuresOf('c@one.test')).vouched, 5)
      for (const id of [waiting, held]) {
        const found = await stores.ledger.read(id)
        assert.ok(found?.kind === 'message' && found.deliveries.every((each) => each.state === 'waiting'))
      }
    })

    test('a reset takes passwords away and sets what is held aside', async () => {
      await stores.relays.addPassword({
        ...{ id: 'p', login: 'd@one.test', name: 'x', madeAt: clock, madeBy: 'x' },
        record: { id: 'p', hash: 'x', salt: '', rounds: 1, storedKey: '', serverKey: '' },
      })
      const id = await send('d@one.test', people('w', 2), { suspect: ['much'] })
      assert.deepEqual(await stores.senders.reset(order('d@one.test')), { passwords: 1, deliveries: 2 })
      assert.deepEqual(await stores.relays.passwords('d@one.test'), [])
      const found = await stores.ledger.read(id)
      assert.ok(found?.kind === 'message')
      assert.deepEqual(
        found.deliveries.map((each) => [each.state, each.reason]),
        [1, 2].map(() => ['quarantined', 'stolen-account']),
      )
      assert.deepEqual((await stores.readSenders.volumes(0, '')).suspended, [])
    })

    test('what it sends as its alias, or with a tag, is held and judged with its own', async () => {
      const user = { displayName: '', settings: {} }
      const login = 'k@one.test'
      const domain = { name: 'one.test', tenant: 'one', nextHop: 'smtp://127.0.0.1:1', settings: {} }
      await stores.directory.putTenant({
        id: 'one',
        name: 'one',
        level: 'customer',
        parent: null,
        settings: {},
        locked: [],
      })
      await stores.directory.putDomain(domain as never, clock)
      await stores.directory.putUsers(
        [
          { ...user, address: login, domain: 'one.test', kind: 'user', owner: login },
          { ...user, address: 'sales@one.test', domain: 'one.test', kind: 'alias', owner: login },
        ],
        clock,
      )
      assert.deepEqual(await stores.readSenders.addresses(login), [login, 'sales@one.test'])
      const sentAs = [login, 'K+news@one.test', 'sales@one.test', 'Sales+a@ONE.test']
      const others = ['k+x@two.test', 'kk@one.test', 'sales2@one.test']
      const ids: Record<string, string> = {}
      for (const each of [...sentAs, ...others]) ids[each] = await send(each, people('u', 2))
      const addresses = await stores.readSenders.addresses(login)
      const asked = { sender: login, addresses, now: clock, recipients: [], ip: '' }
      assert.equal((await stores.readSenders.figures(asked)).looked, 2)
      await stores.senders.suspend({
        ...{ sender: login, tenant: 'one', why: ['x'], who: '', ip: '' },
        at: clock,
      })
      assert.equal(await stores.senders.holdWaiting(login, clock - hourMs, ++clock), 8)
      assert.equal(await stores.senders.holdWaiting(login, clock - hourMs, ++clock), 0)
      const stateOf = async (address: string) => {
        const found = await stores.ledger.read(ids[address] ?? '')
        return found?.kind === 'message' && found.deliveries[0]?.state
      }
      for (const each of sentAs) assert.equal(await stateOf(each), 'held', each)
      for (const each of others) assert.equal(await stateOf(each), 'waiting', each)
      assert.equal(await stores.senders.free(order(login)), 8)
    })

    test('a reset holds what still waits before it ends; much is moved in steps, and all of it is counted', async () => {
      await send('l@one.test', people('t', 350))
      await send('l@one.test', people('s', 350), { suspect: ['much'] })
      assert.equal(await stores.senders.holdWaiting('l@one.test', clock - hourMs, ++clock), 300, 'a step')
      const done = await resetSender({ ...order('l@one.test'), senders: stores.senders })
      assert.equal(done.deliveries, 700)
      await send('m@one.test', people('r', 350), { suspect: ['much'] })
      assert.equal(await stores.senders.moveHeld(order('m@one.test'), 'waiting'), 300)
      assert.equal(await stores.senders.free(order('m@one.test'), 300), 350)
    })

    test('what nobody decides about goes back at the end of its time; counts are forgotten', async () => {
      await send('e@one.test', people('v', 2), { suspect: ['much'] })
      assert.equal(await stores.senders.expire(clock, ++clock, 100), 2)
      assert.equal(await stores.senders.expire(clock, ++clock, 100), 0)
      await stores.senders.forget(clock + 1, clock + 1)
      assert.deepEqual((await stores.readSenders.volumes(0, '')).slots, [])
    })

    test('somebody suspends a mailbox: once, and what was said for it counts no more', async () => {
      await send('h@one.test', people('h', 9), { suspect: ['much'] })
      await stores.senders.free(order('h@one.test'))
      assert.equal((await figuresOf('h@one.test')).vouched, 9)
      const byHand = { sender: 'h@one.test', tenant: 'one', why: ['boss says: spam'], who: 'boss', ip: '::1' }
      assert.equal(await stores.senders.suspend({ ...byHand, at: ++clock }), true)
      assert.equal(await stores.senders.suspend({ ...byHand, at: ++clock }), false)
      const [found] = await stores.readSenders.suspended({ sender: 'h@one.test' }, 1)
      assert.deepEqual([found?.why, found?.since], [['boss says: spam'], clock - 1])
      assert.equal((await figuresOf('h@one.test')).vouched, 0)
    })
  })
}
