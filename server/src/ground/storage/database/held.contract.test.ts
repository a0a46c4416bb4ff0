import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { newId } from '#ground/platform/ids.ts'
import { orderHeld } from '#services/held/order-held.ts'
import { acceptanceOf } from '../../../../../tests/mail/acceptance.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import type { ThreadedStores } from './threaded-stores.ts'

const start = 1_800_000_000_000
let clock = start

for (const engine of engines) {
  describe(`mail that policy holds before it leaves, on ${engine.name}`, {
    skip: engine.missing() ?? false,
  }, () => {
    let open: OpenEngine
    let stores: ThreadedStores

    before(async () => {
      open = await engine.open()
      stores = open.stores
    })
    after(() => open.close())

    async function hold(mailFrom: string, tenant = 'one', recipients = 1, version = 'good'): Promise<string> {
      const id = newId(++clock)
      const facts = { definitions: { version } }
      const explanation = { verdict: 'spam', score: 300, findings: [], facts, timings: {} }
      const delivery = { tenant, state: 'held', reason: 'score', dueAt: null } as const
      const all = Array.from({ length: recipients }, (_, n) => ({ ...delivery, rcptTo: `x${n}@far.test` }))
      await stores.messages.accept(
        acceptanceOf(clock, { id, explanation, mailFrom, direction: 'outbound' }, ...all),
      )
      return id
    }
    async function follow(): Promise<void> {
      const { from, upTo, news } = await stores.readHeld.news(10_000)
      await stores.held.noteNews(from, upTo, news)
      await stores.held.noteNews(from, upTo, news)
    }
    const order = (messageId: string, more = {}) => ({
      ...{ action: 'release' as const, messageId, who: 'person:a@one.test', ip: '', at: ++clock },
      ...{ lifeMs: 1000, mayVirus: false },
      ...more,
    })
    const tell = (kind: 'told' | 'warned' | 'corrected', messageId: string, linkHash: string | null) =>
      stores.messages.accept({
        ...acceptanceOf(++clock, { mailFrom: '', direction: 'own' }, { rcptTo: 'a@one.test' }),
        held: { kind, messages: [{ messageId, linkHash }] },
      })
    const due = async (kind: 'told' | 'warned' | 'corrected', now = clock) =>
      (await stores.readHeld.due(kind, now, 0, 20)).flatMap((each) =>
        each.messages.map((line) => line.messageId),
      )

    test('its sender is told once, and a link leads to his message alone', async () => {
      const id = await hold('A@one.test', 'one', 30)
      await follow()
      assert.deepEqual(await due('told'), [id])
      await tell('told', id, 'link-1')
      await assert.rejects(() => tell('told', id, 'link-2'), /told by somebody else/)
      assert.deepEqual(await due('told'), [])
      const line = await stores.readHeld.link('link-1')
      assert.deepEqual(
        [line?.messageId, line?.sender, line?.held, line?.recipients.length],
        [id, 'a@one.test', 30, 20],
      )
      assert.equal(await stores.readHeld.link('link-2'), null, 'undone with its notice')
      assert.deepEqual(await due('warned'), [id])
      await tell('warned', id, 'link-3')
      assert.deepEqual(await due('warned'), [])
    })

    test('an order that comes before anybody has read of it in the ledger is done', async () => {
      const id = await hold('quick@one.test')
      assert.equal(await stores.readHeld.read(id), null)
      const { held, readHeld } = stores
      const parts = {
        held,
        readHeld,
        now: () => ++clock,
        times: () => ({ keepMs: 1, warnMs: 1, lifeMs: 1000 }),
      }
      const by = { messageId: id, who: 'manager:m', ip: '', mayVirus: false }
      const elsewhere = { tenants: ['two'], domains: null }
      await assert.rejects(orderHeld({ ...parts, ...by, within: elsewhere }, 'withdraw'), {
        code: 'not-found',
      })
      assert.equal(await orderHeld({ ...parts, ...by }, 'withdraw'), 1)
      await assert.rejects(orderHeld({ ...parts, ...by, messageId: 'none' }, 'withdraw'), {
        code: 'not-found',
      })
    })

    test('it is released once, within reach, and with its audit row', async () => {
      const id = await hold('b@one.test', 'one', 2)
      await follow()
      const other = { tenants: ['two'], domains: null }
      assert.equal(await stores.readHeld.read(id, other), null)
      assert.equal(await stores.held.act(order(id, { within: other })), 0)
      assert.equal(
        await stores.held.act(order(id, { within: { tenants: ['one'], domains: ['two.test'] } })),
        0,
      )
      assert.equal(
        await stores.held.act(order(id, { within: { tenants: ['one'], domains: ['one.test'] } })),
        2,
      )
      assert.equal(await stores.held.act(order(id)), 0)
      await follow()
      assert.deepEqual(await due('told'), [], 'decided before he was told')
      const line = await stores.readHeld.read(id)
      assert.deepEqual([line?.held, line?.state, line?.reason], [0, 'waiting', 'released-by-sender'])
    })

    test('a wrong code costs a try, a right one counts once', async () => {
      const id = await hold('c@one.test')
      await follow()
      assert.equal(await stores.held.useCode(id, 'right', clock), 'over')
      const note = { kind: 'code', messageId: id, codeHash: 'right', until: clock + 1000, tries: 2 } as const
      await stores.messages.accept({
        ...acceptanceOf(clock, { mailFrom: '', direction: 'own' }, { rcptTo: 'c@one.test' }),
        held: note,
      })
      assert.equal(await stores.held.useCode(id, 'right', clock + 2000), 'over', 'too late')
      assert.equal(await stores.held.useCode(id, 'wrong', clock), 'wrong')
      assert.equal(await stores.held.useCode(id, 'right', clock), 'right')
      assert.equal(await stores.held.useCode(id, 'right', clock), 'over')
    })

    test('the list goes on behind a cursor, within reach, and leaves out what was decided', async () => {
      const mine = [await hold('d@two.test', 'two'), await hold('d@two.test', 'two')]
      await follow()
      const within = { tenants: ['two'], domains: null }
      const [first, second] = await stores.readHeld.list({ within }, 50)
      assert.deepEqual([first?.messageId, second?.messageId], mine)
      assert.ok(first)
      assert.deepEqual(
        (await stores.readHeld.list({ within, after: first }, 50)).map((each) => each.messageId),
        [mine[1]],
      )
      assert.deepEqual(await stores.readHeld.list({ within, asked: true }, 50), [])
      assert.equal(await stores.held.ask(mine[0] ?? '', clock), true)
      assert.equal(await stores.held.ask(mine[0] ?? '', clock), false)
      assert.equal((await stores.readHeld.list({ within, asked: true }, 50)).length, 1)
      await stores.held.act(order(mine[0] ?? '', { action: 'withdraw' }))
      assert.equal((await stores.readHeld.list({ within, sender: 'D@two.test' }, 50)).length, 1)
    })

    test('what a set held that was taken back is judged anew, released, and owed a correction where told', async () => {
      const [told, untold] = [
        await hold('e@one.test', 'one', 1, 'bad'),
        await hold('e@one.test', 'one', 1, 'bad'),
      ]
      await follow()
      await tell('told', told, 'link-e')
      assert.equal(await stores.definitions.reopen({ kind: 'definitions', name: 'bad' }, clock, 10), 2)
      assert.equal(await stores.definitions.reopened(), 2)
      assert.equal((await stores.readHeld.read(told))?.isJudged, true)
      assert.equal(await stores.held.act(order(told)), 0, 'nobody lets it go meanwhile')
      for (const { id } of await stores.messages.claimUninspected('x', clock, clock + 1000, 10)) {
        const explanation = { verdict: 'clean', score: 0, findings: [], facts: {}, timings: {} }
        await stores.messages.decide(id, 'x', ++clock, {
          ...{ explanation, edits: [], subject: '', headerFrom: '', headerMessageId: '' },
          decisions: [{ messageId: id, n: 0, state: 'waiting', reason: 'just-accepted', dueAt: clock }],
        })
      }
      await follow()
      assert.deepEqual(await due('corrected'), [told])
      await tell('corrected', told, null)
      assert.deepEqual(await due('corrected'), [])
      const line = await stores.readHeld.read(untold)
      assert.deepEqual([line?.state, line?.reason], ['waiting', 're-judged'])
    })

    test('what was let go and is held once more has its whole time anew, and its sender hears of it again', async () => {
      const id = await hold('g@one.test')
      await follow()
      const first = await stores.readHeld.read(id)
      await tell('told', id, null)
      await tell('warned', id, null)
      using database = new DatabaseSync(join(open.folder, 'mailkeep.db'), { timeout: 10_000 })
      const again = async (at: number) => {
        database
          .prepare("UPDATE deliveries SET state = 'held', reason = 'score' WHERE message_id = ?")
          .run(id)
        const news = { messageId: id, sender: 'g@one.test', tenant: 'one', at, kind: 'held' } as const
        const { from } = await stores.readHeld.news(0)
        await stores.held.noteNews(from, from, [news])
      }
      await again(++clock)
      assert.ok(!(await due('told')).includes(id), 'he has heard of it')
      const same = await stores.readHeld.read(id)
      assert.deepEqual([same?.heldAt, same?.warnedAt !== null], [first?.heldAt, true], 'it never went')
      await stores.held.act(order(id))
      await follow()
      await again(++clock)
      const anew = await stores.readHeld.read(id)
      assert.deepEqual([anew?.heldAt, anew?.warnedAt], [clock, null])
      assert.ok((await due('told')).includes(id))
      assert.equal(await stores.held.act(order(id, { action: 'withdraw' })), 1)
      await follow()
    })

    test('what nobody decides about goes back at the end of its time, and is forgotten long after', async () => {
      const id = await hold('f@one.test')
      await follow()
      assert.ok((await stores.readHeld.heldBefore(clock, 100)).includes(id))
      const byLevel = { action: 'expire', who: 'mailkeep', keptDays: 4 }
      assert.equal(await stores.held.act(order(id, byLevel)), 1)
      const told = await stores.ledger.read(id)
      const events = told?.kind === 'message' ? told.events : []
      assert.deepEqual(events.at(-1)?.detail, { who: 'mailkeep', keptDays: 4 })
      await follow()
      const line = await stores.readHeld.read(id)
      assert.deepEqual([line?.state, line?.reason], ['waiting', 'hold-expired'], 'delivery writes the notice')
      assert.ok((await stores.held.forget(clock + 1, 100)) > 0)
      assert.equal(await stores.readHeld.read(id), null)
    })
  })
}
