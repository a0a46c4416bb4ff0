import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Subscriber } from '#services/subscribers/subscriber-store.ts'
import { engines } from '../../../test-engines.ts'

const wish = (id: string, address: string, components: readonly string[] = []): Subscriber => ({
  ...{ id, kind: 'mail', address, components, askedAt: 1, confirmedAt: null, leaveSecret: `leave-${id}` },
})

for (const engine of engines)
  describe(`subscribers of the status page, on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    test('nobody is subscribed before he says so, and a wish waits beside what was confirmed', async () => {
      const open = await engine.open()
      try {
        const { subscribers: store, readSubscribers: reader } = open.stores
        await store.ask(wish('a', 'a@x'), 'h1', 100)
        await store.ask(wish('b', 'a@x', ['gateway']), 'h2', 100)
        assert.deepEqual(await reader.countSubscribers(), { confirmed: 0, asked: 1 })
        assert.equal(await store.confirm('h1', 50), null, 'the later wish has replaced it')
        assert.equal(await store.confirm('h2', 100), null, 'its time is over')
        assert.equal((await store.confirm('h2', 99))?.id, 'b')
        assert.equal(await store.confirm('h2', 99), null, 'a link confirms once')
        await store.ask(wish('c', 'a@x'), 'h3', 200)
        assert.deepEqual(
          (await reader.subscribers(null, 10)).map((each) => each.id),
          ['b'],
        )
        await store.confirm('h3', 120)
        assert.deepEqual(
          (await reader.subscribers(null, 10)).map((each) => each.id),
          ['c'],
        )
        await store.ask(wish('d', 'd@x'), 'h4', 130)
        await store.forget(130, 0)
        assert.deepEqual(await reader.countSubscribers(), { confirmed: 1, asked: 0 })
        assert.equal((await store.ofLeave('leave-c'))?.address, 'a@x')
        assert.equal(await store.remove('c'), true)
        assert.equal(await store.remove('c'), false)
      } finally {
        await open.close()
      }
    })

    test('an update is noted once, for those who want it and were there when it came', async () => {
      const open = await engine.open()
      try {
        const { subscribers: store } = open.stores
        for (const [id, components, at] of [
          ['all', [], 10],
          ['gateway', ['gateway'], 10],
          ['console', ['console'], 10],
          ['late', [], 60],
        ] as const) {
          await store.ask(wish(id, `${id}@x`, components), id, 1000)
          await store.confirm(id, at)
        }
        const update = { id: 'u1', incident: 'i1', at: 50 }
        assert.equal(await store.announce(update, ['gateway']), 2)
        assert.equal(await store.announce(update, ['gateway']), null)
        const first = await store.claimNotices(60, 100, 1)
        const rest = await store.claimNotices(60, 100, 10)
        assert.equal(first.length + rest.length, 2, 'none is claimed twice')
        await store.settleNotice(first[0]!, { toldAt: 61 })
        await store.settleNotice(rest[0]!, { dueAt: 500, tries: 1 })
        assert.deepEqual(await store.claimNotices(400, 100, 10), [])
        const again = await store.claimNotices(500, 100, 10)
        assert.deepEqual([again[0]?.tries, again[0]?.messageId], [1, rest[0]?.messageId])
        await store.remove(again[0]?.subscriber.id ?? '')
        assert.deepEqual(await store.claimNotices(5000, 100, 10), [])
      } finally {
        await open.close()
      }
    })
  })
