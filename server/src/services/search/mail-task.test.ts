import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { QuarantineAct } from '#services/quarantine/quarantine-store.ts'
import { type MailOrder, mailTask } from './mail-task.ts'
import type { MailLine, SearchStore } from './search-store.ts'

const line = (messageId: string, more: Partial<MailLine> = {}): MailLine =>
  ({ messageId, n: 0, tenant: 'one', state: 'quarantined', reason: 'score', ...more }) as MailLine

const order: MailOrder = {
  action: 'release',
  filter: {},
  lifeMs: 1000,
  mayVirus: false,
}

async function planOf(given: MailOrder, lines: readonly MailLine[], total = 1) {
  const search = {
    find: async () => ({ lines, place: null }),
    progress: async (now: number) => ({ completeUpTo: now }),
  } as unknown as SearchStore
  const task = { order: given, position: '', who: 'manager:q', ip: '', id: 't1', total }
  const step = await mailTask(search, () => 5).plan(task as never)
  assert.ok(step)
  return step
}

const callsOf = ({ calls }: Awaited<ReturnType<typeof planOf>>) =>
  calls
    .filter(({ store }) => store === 'quarantine')
    .flatMap(({ values: [act] }) => {
      const { action, targets, rescan } = act as QuarantineAct
      return targets.map(({ messageId }) => [action, messageId, rescan])
    })

test('what is released by a search is scanned once more, as every release is', async () => {
  assert.deepEqual(callsOf(await planOf(order, [line('a')])), [['release', 'a', true]])
})

test('what a search orders of the queue names its task, as what it orders of the quarantine does', async () => {
  const { calls } = await planOf(order, [line('a'), line('b', { state: 'held' })])
  const tasks = calls.map(({ store, values: [act] }) => [store, (act as { task?: string }).task])
  assert.deepEqual(tasks, [
    ['queue', 't1'],
    ['quarantine', 't1'],
  ])
})

test('an order that was not counted to its end is one for many, however few were found by then', async () => {
  const isForMany = async (given: MailOrder, total: number) => {
    const { calls } = await planOf(given, [line('a'), line('b', { state: 'held' })], total)
    return calls.map(({ values: [act] }) => (act as QuarantineAct).isForMany)
  }
  assert.deepEqual(await isForMany(order, 2), [false, false])
  assert.deepEqual(await isForMany({ ...order, isCounted: true }, 51), [true, true])
  for (const total of [0, 2])
    assert.deepEqual(await isForMany({ ...order, isCounted: false }, total), [true, true])
})

test('a virus is let go by nobody without the right, neither released nor judged once more', async () => {
  const lines = [line('a'), line('bad', { reason: 'virus' })]
  for (const action of ['release', 'rescan'] as const) {
    const step = await planOf({ ...order, action }, lines)
    assert.deepEqual(callsOf(step), [['release', 'a', true]], action)
    assert.equal(step.skipped, 1)
    assert.equal(callsOf(await planOf({ ...order, action, mayVirus: true }, lines)).length, 2)
  }
})

test('an order looks for its mail when all that has happened before it can be found', async () => {
  const asked: string[] = []
  const search = {
    async progress(now: number) {
      asked.push('progress')
      // Behind at first, and then up to date.
      return { completeUpTo: asked.length < 3 ? now - 1000 : now }
    },
    async find() {
      asked.push('find')
      return { lines: [line('a')], place: 17 }
    },
  } as unknown as SearchStore
  const task = { order, who: 'manager:q', ip: '', id: 't1' }
  const plan = (position: string) => mailTask(search, () => 5).plan({ ...task, position } as never)
  const first = await plan('')
  await plan(first?.next ?? '')
  assert.deepEqual(asked, ['progress', 'progress', 'progress', 'find', 'find'])
})
