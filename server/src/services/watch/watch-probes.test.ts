import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { Finding, FindingState } from './finding.ts'
import type { Probe } from './probe-store.ts'
import { isOfPath, type WatchProbesParts, watchProbes } from './watch-probes.ts'

function open() {
  const alarms = new Set<string>()
  const found = new Map<string, FindingState>()
  let probes: Probe[] = []
  let now = 0
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
    now: () => now,
  }
  return {
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
  const silent = await site.at(100, probe({ result: 'failed', inRow: 2 }))
  assert.deepEqual(silent[0], ['probe-fails dns: node-1', 'watcher-silent dns: node-1'])
  assert.deepEqual(await site.at(101, probe({ at: 101 })), [[], []])
})

test('a fault that has an alarm of its own gets no second one', async () => {
  const site = open()
  const [found, alarms] = await site.at(2, probe({ component: 'sign-in', result: 'failed', inRow: 3 }))
  assert.deepEqual([found, alarms], [['probe-fails sign-in: node-1'], []])
})

test('a try that is still to come says nothing, good or bad: a clock is wrong, and that is told', async () => {
  const site = open()
  const ahead = { at: 3_600_000, since: 3_600_000, everyMs: 1000 }
  for (const result of ['ok', 'failed'] as const) {
    const [, alarms] = await site.at(5, probe({ ...ahead, result, inRow: 3 }))
    assert.deepEqual(alarms, ['watcher-silent dns: node-1'], result)
  }
  assert.deepEqual(await site.at(6, probe({ at: 6 })), [[], []])
})

test('an alarm about a path is told from one about a watcher or a process', () => {
  const subjects = ['inbound: door 192.0.2.1:25 of node-1', 'dns: node-1', 'tell-alarms', 'jobs node-1 7']
  assert.deepEqual(subjects.map(isOfPath), [true, true, false, false])
})
