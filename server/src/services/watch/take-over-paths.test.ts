import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isGivenUp } from './current-probes.ts'
import type { Probe, ProbeTry } from './probe-store.ts'
import { takeOverPaths } from './take-over-paths.ts'

const now = 1_000_000
const probe = (path: string, more: Partial<Probe> = {}): Probe => ({
  ...{ component: 'dns', path, node: 'node-1', result: 'ok', at: 0, since: 0, inRow: 1, everyMs: 60_000 },
  ...{ tookMs: 1, words: '' },
  ...more,
})

/** What becomes of paths when a process of node-1 starts that tries `dns: jobs`. */
async function start(known: readonly Probe[], running: readonly number[]) {
  const forgotten: string[] = []
  const noted: ProbeTry[] = []
  const probes = {
    probes: async () => [...known],
    noteProbes: async (tries: readonly ProbeTry[]) => void noted.push(...tries),
    forgetPaths: async (paths: readonly Pick<Probe, 'component' | 'path'>[]) =>
      void forgotten.push(...paths.map((each) => `${each.component}: ${each.path}`)),
  }
  const beats = async () => running.map((pid) => ({ node: 'node-1', pid }))
  const paths = [{ component: 'dns' as const, path: 'jobs' }]
  await takeOverPaths({ probes, beats, now: () => now }, { node: 'node-1', process: 'node-1 9', paths })
  return { forgotten, noted }
}

test('names that nobody uses any more are forgotten, by an older version or a process that is gone', async () => {
  const { forgotten } = await start(
    [
      probe('node-1'),
      probe('delivery 7', { process: 'node-1 7' }),
      probe('delivery 8', { process: 'node-1 8' }),
      probe('node-2', { node: 'node-2' }),
      probe('door 25', { component: 'inbound', process: 'node-1 7' }),
    ],
    [8, 9],
  )
  assert.deepEqual(forgotten, ['dns: node-1', 'dns: delivery 7'], 'a part that it does not try may be missed')
})

test('what a process tries again after its start is missed by nobody until then, also with the number that it had', async () => {
  for (const process of ['node-1 7', 'node-1 9']) {
    const { forgotten, noted } = await start([probe('jobs', { process, result: 'failed' })], [9])
    assert.deepEqual(forgotten, [])
    assert.deepEqual(
      noted.map((each) => [each.path, each.result, isGivenUp(each)]),
      [['jobs', 'unknown', true]],
    )
  }
})

test('what was tried a moment ago stays as it was', async () => {
  const { forgotten, noted } = await start([probe('jobs', { process: 'node-1 7', at: now - 10_000 })], [9])
  assert.deepEqual([forgotten, noted], [[], []])
})
