import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { currentProbes } from '#services/watch/current-probes.ts'
import type { Finding } from '#services/watch/finding.ts'
import type { ProbeResult, ProbeTry } from '#services/watch/probe-store.ts'
import { engines } from '../../../test-engines.ts'

const hour = 3_600_000
const probe = (at: number, result: ProbeResult, more: Partial<ProbeTry> = {}): ProbeTry => ({
  ...{ component: 'inbound', path: 'node-1', result, at, tookMs: 20, everyMs: 60_000, words: '' },
  ...more,
})
const finding = (more: Partial<Finding> = {}): Finding => ({
  ...{ kind: 'stage-slow', subject: 'inbound node-1', stage: 'inspect', node: 'node-1' },
  ...{ direction: 'inbound', hop: null, cause: 'scanner', share: 0.4, since: 900 },
  evidence: [{ what: 'half of the messages took', measured: 9000, usual: 90, unit: 'ms' }],
  ...more,
})

for (const engine of engines)
  describe(`what is watched, on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    test('a path has its last result, since when and how often in a row', async () => {
      const open = await engine.open()
      try {
        const { watch, readWatch } = open.stores
        await watch.noteProbes([probe(1000, 'ok'), probe(2000, 'ok'), probe(3000, 'failed', { words: 'no' })])
        await watch.noteProbes([probe(4000, 'failed'), probe(100, 'ok')])
        const [only, ...more] = await readWatch.probes()
        assert.deepEqual(more, [])
        assert.deepEqual(only, { ...probe(4000, 'failed'), since: 3000, inRow: 2 })
        await watch.noteProbes([probe(5000, 'unknown', { tookMs: null })])
        assert.equal((await readWatch.probes())[0]?.since, 5000)
      } finally {
        await open.close()
      }
    })

    test('tries of a path are there for a day, with where they stopped and how long each stage took', async () => {
      const open = await engine.open()
      try {
        const { watch, readWatch } = open.stores
        const steps = [{ stage: 'accept' as const, tookMs: 12 }]
        const stopped = probe(2000, 'failed', { node: 'node-1', stage: 'inspect', steps, words: 'it hangs' })
        await watch.noteProbes([probe(1000, 'ok'), stopped, probe(9000, 'ok', { path: 'node-2' })])
        assert.deepEqual(await readWatch.tries('inbound', 'node-1', 10), [
          { result: 'failed', at: 2000, tookMs: 20, words: 'it hangs', stage: 'inspect', steps },
          { result: 'ok', at: 1000, tookMs: 20, words: '' },
        ])
        assert.equal((await readWatch.tries('inbound', 'node-1', 1)).length, 1)
        assert.deepEqual((await readWatch.probes())[0], { ...stopped, since: 2000, inRow: 1 })
        await watch.forgetProbes(1500, 0)
        assert.equal((await readWatch.tries('inbound', 'node-1', 10)).length, 1)
      } finally {
        await open.close()
      }
    })

    test('a try of a clock that was ahead makes room for those of clocks that are right', async () => {
      const open = await engine.open()
      try {
        const { watch, readWatch } = open.stores
        const now = Date.now()
        await watch.noteProbes([probe(now + hour, 'ok')])
        assert.equal((await currentProbes(readWatch, now))[0]?.result, 'unknown')
        await watch.noteProbes([probe(now, 'failed')])
        const [only] = await currentProbes(readWatch, now)
        assert.deepEqual([only?.at, only?.result, only?.lost], [now, 'failed', null])
      } finally {
        await open.close()
      }
    })

    test('a path has the process that tried it last, and is forgotten alone', async () => {
      const open = await engine.open()
      try {
        const { watch, readWatch } = open.stores
        await watch.noteProbes([
          probe(1000, 'ok', { process: 'node-1 7' }),
          probe(1000, 'ok', { path: 'node-2' }),
        ])
        await watch.noteProbes([probe(2000, 'ok', { process: 'node-1 8' })])
        const processes = async () => (await readWatch.probes()).map(({ path, process }) => [path, process])
        assert.deepEqual(await processes(), [
          ['node-1', 'node-1 8'],
          ['node-2', undefined],
        ])
        await watch.forgetPaths([probe(2000, 'ok')])
        assert.deepEqual(await processes(), [['node-2', undefined]])
      } finally {
        await open.close()
      }
    })

    test('silence is unknown, neither bad nor good', async () => {
      const open = await engine.open()
      try {
        const { watch, readWatch } = open.stores
        await watch.noteProbes([probe(1000, 'ok'), probe(1000, 'failed', { path: 'node-2' })])
        const results = async (now: number) =>
          (await currentProbes(readWatch, now)).map(({ result, since }) => [result, since])
        assert.deepEqual(await results(60_000), [
          ['ok', 1000],
          ['failed', 1000],
        ])
        assert.deepEqual(await results(200_000), [
          ['unknown', 1000],
          ['unknown', 1000],
        ])
      } finally {
        await open.close()
      }
    })

    test('sums by hour and day have no line where nothing was tried', async () => {
      const open = await engine.open()
      try {
        const { watch, readWatch } = open.stores
        const tries = [probe(hour, 'ok'), probe(hour + 1, 'failed'), probe(3 * hour, 'unknown')]
        await watch.noteProbes([...tries, probe(25 * hour, 'ok', { component: 'dns' })])
        assert.deepEqual(await readWatch.probeSums(0, 'hour'), [
          { component: 'inbound', at: hour, ok: 1, failed: 1, unknown: 0 },
          { component: 'inbound', at: 3 * hour, ok: 0, failed: 0, unknown: 1 },
          { component: 'dns', at: 25 * hour, ok: 1, failed: 0, unknown: 0 },
        ])
        assert.deepEqual(await readWatch.probeSums(0, 'day'), [
          { component: 'inbound', at: 0, ok: 1, failed: 1, unknown: 1 },
          { component: 'dns', at: 24 * hour, ok: 1, failed: 0, unknown: 0 },
        ])
        await watch.forgetProbes(4 * hour, 2 * hour)
        assert.equal((await readWatch.probeSums(0, 'hour')).length, 2)
        assert.deepEqual(
          (await readWatch.probes()).map((each) => each.component),
          ['dns'],
        )
      } finally {
        await open.close()
      }
    })

    test('a finding is one however often it is said, ends once, and may come again', async () => {
      const open = await engine.open()
      try {
        const { watch, readWatch } = open.stores
        await watch.noteFindings([finding()], 1000)
        await watch.noteFindings([finding({ since: 950, share: 0.6 })], 2000)
        await watch.noteFindings([finding({ subject: 'inbound node-2' })], 2500)
        const [, first] = await readWatch.findings(0, 10)
        assert.deepEqual(first, { ...finding({ share: 0.6 }), foundAt: 1000, seenAt: 2000, endedAt: null })
        await watch.endFindings([finding()], 3000)
        await watch.noteFindings([finding({ since: 3900 })], 4000)
        const all = await readWatch.findings(0, 10)
        assert.deepEqual(
          all.map(({ foundAt, endedAt }) => [foundAt, endedAt]),
          [
            [4000, null],
            [2500, null],
            [1000, 3000],
          ],
        )
        assert.equal((await readWatch.findings(3000, 10)).length, 2)
        assert.equal((await readWatch.findings(0, 1)).length, 1)
        await watch.forgetFindings(3500)
        assert.equal((await readWatch.findings(0, 10)).length, 2)
      } finally {
        await open.close()
      }
    })
  })
