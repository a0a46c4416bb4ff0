import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { Finding, FindingState } from './finding.ts'
import type { Beat } from './heard-processes.ts'
import type { Probe } from './probe-store.ts'
import { SilentPaths } from './silent-paths.ts'
import { isOfPath, probesEveryMs, type WatchProbesParts, watchProbes } from './watch-probes.ts'

/** A site that has just started. */
function open({ startedAt = 0 } = {}) {
  const alarms = new Set<string>()
  const found = new Map<string, FindingState>()
  let probes: Probe[] = []
  let beats: Beat[] = []
  let now = startedAt
  const parts: WatchProbesParts = {
    probes: { forgetProbes: async () => undefined } as never,
    probeMail: { sweep: async () => 0 },
    readProbes: { probes: async () => probes },
    findings: {
      noteFindings: async (all: readonly Finding[]) => {
        for (const each of all)
          found.set(`${each.kind} ${each.subject}`, { ...each, foundAt: now, seenAt: now, endedAt: null })
      },
      endFindings: async (over: readonly Pick<Finding, 'kind' | 'subject'>[]) => {
        for (const each of over) found.delete(`${each.kind} ${each.subject}`)
      },
      findings: async () => [...found.values()],
      forgetFindings: async () => undefined,
    },
    alarms: {
      raise: (name: string, subject: string) => void alarms.add(`${name} ${subject}`),
      clear: (name: string, subject: string) => void alarms.delete(`${name} ${subject}`),
    } as unknown as Alarms,
    beats: async () => beats,
    silence: new SilentPaths(probesEveryMs, 20_000, () => now),
    now: () => now,
  }
  return {
    /** Looks each 5 s up to a moment, and answers what is told then. */
    async upTo(moment: number, given: readonly Probe[], processes: readonly Beat[] = []) {
      probes = [...given]
      beats = [...processes]
      while (now < moment) {
        now = Math.min(moment, now + probesEveryMs)
        await watchProbes(parts)
      }
      return [[...found.keys()], [...alarms]]
    },
    async at(moment: number, ...given: Probe[]) {
      now = moment
      probes = given
      await watchProbes(parts)
      return [[...found.keys()], [...alarms]]
    },
  }
}

const probe = (more: Partial<Probe>): Probe => ({
  ...{ component: 'dns', path: 'node-1', result: 'ok', at: 0, since: 0, inRow: 1, everyMs: 10, tookMs: 1 },
  ...{ words: '' },
  ...more,
})

test('two failures in a row are told, and over with the next good try; silence in between changes nothing', async () => {
  const site = open()
  assert.deepEqual(await site.at(1, probe({ result: 'failed' })), [[], []])
  const told = [['probe-fails dns: node-1'], ['probe-fails dns: node-1']]
  assert.deepEqual(await site.at(2, probe({ result: 'failed', inRow: 2 })), told)
  const silent = await site.upTo(30_000, [probe({ result: 'failed', inRow: 2 })])
  assert.deepEqual(silent[0], ['probe-fails dns: node-1', 'watcher-silent dns: node-1'])
  assert.deepEqual(await site.at(30_001, probe({ at: 30_001 })), [[], []])
})

test('a process that stands still is told once, whichever is silent first; what it tried is told no more by itself', async () => {
  const site = open()
  const ofOne = { process: 'node-1 7', everyMs: 1000 }
  const paths = [probe(ofOne), probe({ ...ofOne, component: 'content' })]
  const beat = { node: 'node-1', pid: 7, roles: 'jobs', seenAt: 0 }
  for (let at = 5000; at <= 120_000; at += 5000)
    assert.deepEqual((await site.upTo(at, paths, [beat]))[1], [], `after ${at} ms`)
  const [found] = await site.upTo(125_000, paths, [beat])
  assert.deepEqual(found, ['watcher-silent process node-1 7'])
})

test('a path is told where its process is well, and no more when that stands still too', async () => {
  const site = open()
  const path = probe({ process: 'node-1 7', everyMs: 1000 })
  const beat = (seenAt: number) => ({ node: 'node-1', pid: 7, roles: 'jobs', seenAt })
  let told: string[][] = []
  for (let at = 5000; at <= 30_000; at += 5000) told = await site.upTo(at, [path], [beat(at)])
  assert.deepEqual(told[1], ['watcher-silent dns: node-1'])
  told = await site.upTo(60_000, [path], [beat(30_000)])
  assert.deepEqual(told, [['watcher-silent process node-1 7'], []])
  told = await site.upTo(70_000, [path], [beat(70_000)])
  assert.deepEqual(told, [[], []], 'it has just woken up, and will try')
})

test('whoever looks and stood still himself misses nothing for the time that he slept', async () => {
  const site = open()
  const path = probe({ everyMs: 1000 })
  await site.upTo(1000, [path])
  assert.deepEqual(await site.at(600_000, path), [[], []])
  assert.deepEqual(await site.upTo(625_000, [path]), [
    ['watcher-silent dns: node-1'],
    ['watcher-silent dns: node-1'],
  ])
})

test('a fault that has an alarm of its own gets no second one', async () => {
  const site = open()
  const [found, alarms] = await site.at(2, probe({ component: 'sign-in', result: 'failed', inRow: 3 }))
  assert.deepEqual([found, alarms], [['probe-fails sign-in: node-1'], []])
})

test('a try that is still to come says nothing, good or bad: a clock is wrong, and that is told', async () => {
  const site = open()
  const ahead = { at: 3_600_000, since: 3_600_000, everyMs: 1000 }
  for (const [result, moment] of [
    ['ok', 25_000],
    ['failed', 50_000],
  ] as const) {
    const [, alarms] = await site.upTo(moment, [probe({ ...ahead, result, inRow: 3 })])
    assert.deepEqual(alarms, ['watcher-silent dns: node-1'], result)
  }
  assert.deepEqual(await site.at(50_001, probe({ at: 50_001 })), [[], []])
})

test('an alarm about a path is told from one about a watcher or a process', () => {
  const subjects = ['inbound: door 192.0.2.1:25 of node-1', 'dns: node-1', 'tell-alarms', 'jobs node-1 7']
  assert.deepEqual(subjects.map(isOfPath), [true, true, false, false])
})

test('after a long time off nobody is told of what was not tried meanwhile, until whoever tries it had time to', async () => {
  const off = 7 * 86_400_000
  const site = open({ startedAt: off })
  const [path, beat] = [probe({ everyMs: 60_000 }), { node: 'node-1', pid: 8, roles: 'jobs', seenAt: off }]
  for (let at = off + 5000; at <= off + 150_000; at += 5000)
    assert.deepEqual(await site.upTo(at, [path], [{ ...beat, seenAt: at }]), [[], []], `${at - off} ms`)
  const [told] = await site.upTo(off + 175_000, [path], [])
  assert.deepEqual(told, ['watcher-silent dns: node-1'])
})
