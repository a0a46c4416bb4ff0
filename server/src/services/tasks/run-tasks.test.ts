import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openTestSite } from '../../test-site.ts'
import { TaskRunner } from './run-tasks.ts'
import { startAndWait, startTask } from './start-task.ts'
import { TaskError, type TaskKinds } from './task-kind.ts'
import type { TaskStore } from './task-store.ts'

const asked = { who: 'test', ip: '', tenant: 'main', order: {}, total: 5 }

function partsOf(tasks: TaskStore, kinds: TaskKinds, owner = 'p1') {
  const runner = new TaskRunner({ tasks, kinds, owner, now: () => Date.now(), onProblem: () => undefined })
  return { runner, parts: { tasks, readTasks: tasks, kick: () => void runner.look(), now: () => Date.now() } }
}

/** Counts to five, a step each. */
const counting: TaskKinds = {
  count: {
    plan: async ({ position }) =>
      position === '5' ? null : { calls: [], next: String(Number(position) + 1), done: 1 },
  },
}

describe('work that goes on by itself', () => {
  test('is done step by step; whoever waits hears the end, or how far it is', async () => {
    using it = openTestSite()
    const { runner, parts } = partsOf(it.site.tasks, counting)
    const ended = await startAndWait(parts, { ...asked, kind: 'count' }, 5000)
    assert.deepEqual([ended.state, ended.done], ['done', 5])
    await runner.stop()
  })

  test('ends where who has ordered it may do so no more, between two steps', async () => {
    using it = openTestSite()
    const { tasks } = it.site
    const runner = new TaskRunner({
      tasks,
      kinds: counting,
      owner: 'p1',
      now: () => Date.now(),
      whyNot: async ({ position }) => (position === '2' ? 'test may not do this any more' : null),
      onProblem: () => undefined,
    })
    const parts = { tasks, readTasks: tasks, kick: () => void runner.look(), now: () => Date.now() }
    const ended = await startAndWait(parts, { ...asked, kind: 'count' }, 5000)
    assert.deepEqual([ended.state, ended.done, ended.problem], ['failed', 2, 'test may not do this any more'])
    await runner.stop()
  })

  test('an order for a few does not wait for the end of orders for many', async () => {
    using it = openTestSite()
    const kinds: TaskKinds = {
      ...counting,
      endless: { plan: async ({ position }) => ({ calls: [], next: `${position}.`, done: 1 }) },
    }
    const { runner, parts } = partsOf(it.site.tasks, kinds)
    for (let n = 0; n < 6; n++) await startTask(parts, { ...asked, kind: 'endless', total: 5000 })
    for (let n = 0; n < 6; n++)
      await startTask(parts, { ...asked, kind: 'endless', total: 3, order: { isCounted: false } })
    const ended = await startAndWait(parts, { ...asked, kind: 'count' }, 5000)
    assert.deepEqual([ended.state, ended.done], ['done', 5])
    await runner.stop()
  })

  test('goes on after a restart where it was, and does nothing twice', async () => {
    using it = openTestSite()
    const steps: string[] = []
    let stop: () => void = () => undefined
    const slow: TaskKinds = {
      count: {
        plan: async (task) => {
          steps.push(task.position)
          if (task.position === '2') stop()
          return counting.count?.plan(task) ?? null
        },
      },
    }
    const first = partsOf(it.site.tasks, slow)
    const stopped = new Promise<void>((resolve) => {
      stop = () => resolve(first.runner.stop())
    })
    const { id } = await startTask(first.parts, { ...asked, kind: 'count' })
    await stopped
    const left = await it.site.tasks.read(id)
    assert.deepEqual([left?.state, left?.done], ['running', 3])
    const second = partsOf(it.site.tasks, slow, 'p2')
    while ((await it.site.tasks.read(id))?.state === 'running') {
      await second.runner.look()
      await sleep(5)
    }
    assert.deepEqual(steps, ['', '1', '2', '3', '4', '5'])
    await second.runner.stop()
  })

  test('a task that cannot go on fails with its reason; a fault that passes is tried again', async () => {
    using it = openTestSite()
    const kinds: TaskKinds = {
      wrong: { plan: () => Promise.reject(new TaskError('there is nothing like that')) },
      busy: { plan: () => Promise.reject(new Error('disk full')) },
    }
    const { runner, parts } = partsOf(it.site.tasks, kinds)
    const wrong = await startAndWait(parts, { ...asked, kind: 'wrong' }, 5000)
    assert.deepEqual([wrong.state, wrong.problem], ['failed', 'there is nothing like that'])
    const busy = await startAndWait(parts, { ...asked, kind: 'busy' }, 300)
    assert.deepEqual([busy.state, busy.problem], ['running', 'disk full'])
    await runner.stop()
  })
})
