import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig } from '#ground/platform/config/load-config.ts'
import { lookEveryMs } from '#services/watch/dead-man.ts'
import { Clockwork, type JobParts } from './clockwork.ts'

const toldWithinMs = 3 * 60_000

test('by the settings as they come, the silence of each watcher is told within three minutes', () => {
  const expected = new Map<string, number>()
  const { config } = loadConfig(null, {})
  const parts = {
    config,
    clock: { now: () => Date.now() },
    alarms: { raise: () => undefined, clear: () => undefined },
    deadMan: {
      expect: (name: string, everyMs: number) => expected.set(name, everyMs),
      beat: () => undefined,
    },
  } as unknown as JobParts
  const clockwork = new Clockwork(parts)
  clockwork.start()
  clockwork.stop()
  assert.ok(expected.has('tell-alarms') && expected.has('mail-flow') && expected.has('radar'))
  for (const [name, everyMs] of expected)
    assert.ok(everyMs + config['watch.silentAfter'] + lookEveryMs <= toldWithinMs, `${name}: ${everyMs} ms`)
})
