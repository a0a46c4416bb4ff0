import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { orderMany } from '#services/quarantine/order-many.ts'
import { quarantineTask } from '#services/quarantine/quarantine-task.ts'
import { TaskRunner } from '#services/tasks/run-tasks.ts'
import { acceptanceOf } from '../../../../../tests/mail/acceptance.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import type { ThreadedStores } from './threaded-stores.ts'

const start = Date.now() - 3_600_000
const aside = { state: 'quarantined', reason: 'score', dueAt: null } as const

for (const engine of engines) {
  describe(`quarantine for many, on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let stores: ThreadedStores

    before(async () => {
      open = await engine.open()
      stores = open.stores
      const mail = [
        acceptanceOf(
          start,
          { subject: 'Bill 100%_', headerFrom: 'Boss <boss@a.test>' },
          { rcptTo: 'a@one.test', ...aside },
        ),
        acceptanceOf(
          start + 1,
          { subject: 'both', mailFrom: 'x@b.test' },
          { rcptTo: 'a@one.test', ...aside },
          { rcptTo: 'b@two.test', tenant: 'two', ...aside, reason: 'policy' },
        ),
        acceptanceOf(start + 2, { subject: 'ill' }, { rcptTo: 'c@one.test', ...aside, reason: 'virus' }),
        acceptanceOf(start + 3, { subject: 'not aside' }, { rcptTo: 'a@one.test' }),
      ]
      for (const each of mail) await stores.messages.accept(each)
    })
    after(() => open.close())

    const count = async (selection: object) => (await stores.readQuarantine.count(selection)).deliveries

    test('conditions narrow what is meant, and none goes beyond reach', async () => {
      assert.deepEqual(await stores.readQuarantine.count({}), { deliveries: 4, messages: 3, viruses: 1 })
      assert.equal(await count({ subject: '100%_' }), 1)
      assert.equal(await count({ subject: '%' }), 1)
      assert.equal(await count({ sender: 'BOSS@a.test' }), 1)
      assert.equal(await count({ sender: 'a.test' }), 1)
      assert.equal(await count({ sender: '@TEST' }), 3)
      assert.equal(await count({ sender: '.test' }), 0)
      assert.equal(await count({ recipient: 'one.test' }), 3)
      assert.equal(await count({ recipient: 'ne.test' }), 0)
      assert.equal(await count({ reason: 'policy, virus' }), 2)
      assert.equal(await count({ reason: 'policy', size: { geq: 0 }, score: { gt: -1, lt: 1 } }), 1)
      assert.equal(await count({ score: { gt: 0 } }), 0)
      assert.equal(await count({ domain: 'one.test' }), 3)
      assert.equal(await count({ domain: 'ne.test' }), 0)
      assert.equal(await count({ reason: 'policy', tenant: 'one' }), 0)
      assert.equal(await count({ setAsideFrom: start + 1, setAsideUntil: start + 1 }), 2)
      assert.equal(await count({ within: { tenants: ['two'], domains: null } }), 1)
      assert.equal(await count({ within: { tenants: ['one'], domains: ['two.test'] } }), 0)
      const [first] = await stores.readQuarantine.targets({ reason: 'policy' }, null, 1)
      const line = `${first?.messageId} B@two.test`
      assert.equal(await count({ lines: [line] }), 1)
      assert.equal(await count({ lines: [`${first?.messageId} c@two.test`] }), 0)
      assert.equal(await count({ exceptLines: [line] }), 3)
      assert.equal(await count({ tenant: 'two', within: { tenants: ['one'], domains: null } }), 0)
    })

    test('figures say why, whose, and what goes next', async () => {
      const all = await stores.readQuarantine.summarize(null, [start, start + 10])
      assert.equal(all.deliveries, 4)
      assert.deepEqual(all.leavingBy, [0, 4])
      assert.equal(all.oldest, start)
      assert.deepEqual(all.tenants, [
        { tenant: 'one', deliveries: 3 },
        { tenant: 'two', deliveries: 1 },
      ])
      const two = await stores.readQuarantine.summarize({ tenants: ['two'], domains: null }, [])
      assert.deepEqual(two.reasons, [{ reason: 'policy', deliveries: 1 }])
    })

    test('targets come oldest first, place by place, each once', async () => {
      const seen: string[] = []
      let behind = null
      for (;;) {
        const [next]: { since: number; messageId: string; n: number }[] = await stores.readQuarantine.targets(
          {},
          behind,
          1,
        )
        if (!next) break
        seen.push(`${next.since - start} ${next.n}`)
        behind = next
      }
      assert.deepEqual(seen, ['0 0', '1 0', '1 1', '2 0'])
    })

    test('all that a question finds is released once, with a line in the audit log for each, and no virus without the right', async () => {
      const runner = new TaskRunner({
        tasks: stores.tasks,
        kinds: { 'quarantine-release': quarantineTask(stores.readQuarantine, () => Date.now()) },
        owner: 'p1',
        now: () => Date.now(),
        onProblem: (_task, problem) => assert.fail(problem),
      })
      const order = {
        quarantine: stores.readQuarantine,
        tasks: {
          tasks: stores.tasks,
          readTasks: stores.readTasks,
          kick: () => void runner.look(),
          now: () => Date.now(),
        },
        action: 'release',
        conditions: {},
        chosen: { within: { tenants: ['one'], domains: null } },
        mayVirus: false,
        who: 'manager:anna',
        ip: '192.0.2.1',
        tenant: 'one',
        lifeMs: 60_000,
      } as const
      await assert.rejects(orderMany({ ...order, expect: 1 }, 0), /you were shown 1/)
      const [first, second] = [await orderMany(order, 0), await orderMany(order, 10_000)]
      // Pressed twice while it runs: the same work. Pressed when it is done: nothing is left to do.
      assert.equal(second.id === first.id || second.done === 0, true)
      const ended = await orderMany(order, 10_000)
      assert.equal(ended.done, 0)
      assert.equal(ended.skipped, 1)
      assert.deepEqual(await stores.readQuarantine.count({}), { deliveries: 2, messages: 2, viruses: 1 })
      const lines = await stores.access.audit(['one'], null, 20)
      const released = lines.filter((each) => each.what === 'quarantine-released')
      assert.equal(released.length, 2)
      assert.deepEqual([released[0]?.who, released[0]?.ip], ['manager:anna', '192.0.2.1'])
      assert.equal(await stores.readQuarantine.oldestRelease(), null, 'it is scanned once more first')
      const now = Date.now()
      for (const { id } of await stores.messages.claimUninspected('p1', now, now + 60_000, 10)) {
        const reason = 'released-from-quarantine' as const
        await stores.messages.decide(id, 'p1', now, {
          ...{ explanation: null, edits: [], subject: '', headerFrom: '', headerMessageId: '' },
          decisions: [{ messageId: id, n: 0, state: 'waiting', reason, dueAt: now }],
        })
      }
      assert.equal(await stores.readQuarantine.oldestRelease(), now)
      assert.deepEqual(await stores.ledger.audit(10), [])
      await runner.stop()
    })

    test('what is judged anew stays where it is until it is found good', async () => {
      const [target] = await stores.readQuarantine.targets({ reason: 'virus' }, null, 1)
      assert.ok(target)
      const act = { targets: [target], at: Date.now(), who: 'x', ip: '', lifeMs: 1, rescan: false }
      assert.equal(await stores.quarantine.act({ ...act, action: 'rejudge' }), 1)
      const traced = await stores.ledger.read(target.messageId)
      assert.equal(traced?.kind === 'message' && traced.state, 'inspecting')
      assert.equal(traced?.kind === 'message' && traced.deliveries[0]?.state, 'quarantined')
      assert.equal(await stores.quarantine.act({ ...act, action: 'delete' }), 1)
      assert.equal(await stores.quarantine.act({ ...act, action: 'delete' }), 0)
      assert.deepEqual(await stores.ledger.audit(10), [])
    })
  })
}
