import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { newId } from '#ground/platform/ids.ts'
import type { NewTask } from '#services/tasks/task-store.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import type { ThreadedStores } from './threaded-stores.ts'

const start = 1_800_000_000_000

for (const engine of engines) {
  describe(`tasks on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let stores: ThreadedStores

    before(async () => {
      open = await engine.open()
      stores = open.stores
    })
    after(() => open.close())

    async function add(more: Partial<NewTask> = {}): Promise<string> {
      const id = newId(start)
      await stores.tasks.add({
        id,
        kind: 'test',
        who: 'manager:a',
        ip: '',
        tenant: 'one',
        order: { what: 1 },
        at: start,
        total: 3,
        ...more,
      })
      return id
    }
    const step = (id: string, owner: string, from: string, next: string) =>
      stores.tasks.advance({
        id,
        owner,
        from,
        next,
        leaseUntil: start + 1000,
        skipped: 1,
        calls: [
          {
            store: 'directory',
            method: 'recordChange',
            values: [start, `step-${id}-${next}`, 'x', {}, { tenant: null, ip: '' }],
          },
          { store: 'tasks', method: 'forget', values: [0, 1] },
        ],
        done: 2,
      })
    const recorded = async (what: string) =>
      (await stores.access.audit(null, null, 100)).filter((each) => each.what === what)

    test('a step and the mark of how far it came are written together, and once', async () => {
      const id = await add()
      assert.equal(await step(id, 'p1', '', 'a'), null)
      assert.deepEqual(await stores.tasks.claim('p1', ['other'], start, start + 500, 10), [])
      assert.equal((await recorded(`step-${id}-a`)).length, 0)
      assert.deepEqual(
        (await stores.tasks.claim('p1', ['test'], start, start + 500, 10)).map((each) => each.id),
        [id],
      )
      const [first, second] = await Promise.all([step(id, 'p1', '', 'a'), step(id, 'p1', '', 'a')])
      assert.deepEqual([first?.position, first?.done, first?.skipped, second], ['a', 2, 1, null])
      assert.equal((await recorded(`step-${id}-a`)).length, 1)
      await stores.tasks.end(id, 'p1', start + 5, null)
      const ended = await stores.tasks.read(id)
      assert.deepEqual([ended?.state, ended?.endedAt, ended?.order], ['done', start + 5, { what: 1 }])
    })

    test('a call that fails undoes its step, and leaves the mark where it was', async () => {
      const id = await add()
      await stores.tasks.claim('p1', ['test'], start, start + 500, 10)
      const bad = { store: 'messages', method: 'accept', values: [{}] }
      const good = {
        store: 'directory',
        method: 'recordChange',
        values: [start, `undone-${id}`, 'x', {}, { tenant: null, ip: '' }],
      }
      await assert.rejects(
        stores.tasks.advance({ id, owner: 'p1', from: '', next: 'z', calls: [good, bad], leaseUntil: 0 }),
      )
      assert.equal((await stores.tasks.read(id))?.position, '')
      assert.equal((await recorded(`undone-${id}`)).length, 0)
      await stores.tasks.postpone(id, 'p1', start + 300, 'disk full')
      assert.deepEqual(await stores.tasks.claim('p2', ['test'], start + 200, start + 900, 10), [])
      const [again] = await stores.tasks.claim('p2', ['test'], start + 300, start + 900, 10)
      assert.deepEqual([again?.id, again?.failures, again?.problem], [id, 1, 'disk full'])
      await stores.tasks.end(id, 'p2', start, 'gave up')
      assert.equal((await stores.tasks.read(id))?.state, 'failed')
    })

    test('another process takes over when the lease has ended, and the first one can do nothing more', async () => {
      const id = await add()
      await stores.tasks.claim('gone', ['test'], start, start + 500, 10)
      assert.deepEqual(await stores.tasks.claim('next', ['test'], start + 499, start + 2000, 10), [])
      assert.equal((await stores.tasks.claim('next', ['test'], start + 500, start + 2000, 10)).length, 1)
      assert.equal(await step(id, 'gone', '', 'a'), null)
      assert.equal((await step(id, 'next', '', 'a'))?.position, 'a')
      assert.equal(await stores.tasks.stop(id, 'manager:b', '', start), true)
      assert.equal(await stores.tasks.stop(id, 'manager:b', '', start), false)
      assert.equal(await step(id, 'next', 'a', 'b'), null)
    })

    test('listed newest first, of one person or of all; forgotten some time after the end', async () => {
      const mine = [await add({ who: 'key:k' }), await add({ who: 'key:k' })].reverse()
      const ids = async (who: string | null, before: string, limit: number) =>
        (await stores.readTasks.list(who, before, limit)).map((each) => each.id)
      assert.deepEqual(await ids('key:k', '', 10), mine)
      assert.deepEqual(await ids('key:k', mine[0] ?? '', 10), [mine[1]])
      assert.equal((await ids(null, '', 50)).length, 5)
      assert.equal(await stores.tasks.forget(start + 1000, 50), 3)
      assert.deepEqual(await ids(null, '', 50), mine)
    })
  })
}
