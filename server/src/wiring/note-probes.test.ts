import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as settle } from 'node:timers/promises'
import type { ProbeTry } from '#services/watch/probe-store.ts'
import type { Base } from './base.ts'
import { noteProbes } from './note-probes.ts'

/** A process with the jobs alone, whose list of the quarantine does what it is told to. */
function open(list: () => Promise<unknown>) {
  const noted: ProbeTry[] = []
  const config = { 'watch.probeEvery': 60_000, 'node.name': 'node-1', 'status.listen': [] }
  const stores = {
    watch: {
      probes: async () => [],
      noteProbes: async (tries: readonly ProbeTry[]) => void noted.push(...tries),
    },
    readProcesses: { beats: async () => [] },
    readQuarantine: { list },
    ledger: { find: async () => [] },
  }
  const base = { config, stores, log: { warn: () => undefined }, folder: '/nowhere' } as unknown as Base
  const here = () => ({
    ...{ smtpPorts: [], submissionPorts: { starttls: [] }, pages: [] },
    certificates: { stand: { at: null, faults: [] } } as never,
  })
  const it = noteProbes(base, { here, resolver: null, leaving: null, hasJobs: true, roles: ['jobs'] })
  return {
    it,
    told: () => noted.filter((each) => each.component === 'quarantine').map(({ result }) => result),
  }
}

test('a first failure is tried again soon; one that lasts, and what does well, in the next round', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
  let isBad = true
  const { it, told } = open(async () => {
    if (isBad) throw new Error('it is away')
  })
  const pass = async (ms: number) => {
    t.mock.timers.tick(ms)
    await settle()
    return told().length
  }
  assert.equal(await pass(60_000), 1)
  assert.equal(await pass(10_000), 2)
  assert.equal(await pass(40_000), 2)
  assert.equal(await pass(10_000), 3)
  isBad = false
  assert.equal(await pass(60_000), 4)
  assert.equal(await pass(30_000), 4)
  assert.deepEqual(told(), ['failed', 'failed', 'failed', 'ok'])
  await it.stop()
})

test('what fails once the process is ending is not written down: it was stopped', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
  let fail: ((cause: Error) => void) | undefined
  const hanging = () =>
    new Promise((_, reject) => {
      fail = reject
    })
  let answers: () => Promise<unknown> = async () => []
  const { it, told } = open(() => answers())
  t.mock.timers.tick(60_000)
  await settle()
  answers = hanging
  t.mock.timers.tick(60_000)
  await settle()
  it.end()
  fail?.(new Error('the door is closed'))
  await settle()
  await it.stop()
  assert.deepEqual(told(), ['ok', 'unknown'])
})

test('a try that hangs has failed when its time is over, and again soon after, and is made once at a time', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
  let end: (() => void) | undefined
  let begun = 0
  const { it, told } = open(() => {
    begun += 1
    return new Promise<void>((resolve) => {
      end = resolve
    })
  })
  const pass = async (ms: number) => {
    t.mock.timers.tick(ms)
    await settle()
  }
  await pass(60_000)
  await pass(29_000)
  assert.deepEqual(told(), [])
  await pass(1000)
  assert.deepEqual(told(), ['failed'])
  await pass(10_000)
  assert.deepEqual([told(), begun], [['failed', 'failed'], 1])
  end?.()
  await settle()
  await pass(20_000)
  assert.equal(begun, 2)
  await it.stop()
})
