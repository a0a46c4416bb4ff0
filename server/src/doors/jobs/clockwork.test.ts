import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig } from '#ground/platform/config/load-config.ts'
import { lookEveryMs } from '#services/watch/dead-man.ts'
import { Clockwork, type JobParts } from './clockwork.ts'

const toldWithinMs = 3 * 60_000

/** How often each watcher promises to be heard, in ms by its name, and the settings by which it does. */
function watchersBy(environment: Record<string, string>) {
  const expected = new Map<string, number>()
  const { config } = loadConfig(null, environment)
  const parts = {
    config,
    clock: { now: () => Date.now() },
    alarms: { raise: () => undefined, clear: () => undefined },
    deadMan: {
      expect: (name: string, everyMs: number) => expected.set(name, everyMs),
      beat: () => undefined,
    },
    backups: { start: () => undefined, stop: () => undefined },
  } as unknown as JobParts
  const clockwork = new Clockwork(parts)
  clockwork.start()
  clockwork.stop()
  return { config, expected }
}

test('by the settings as they come, the silence of each watcher is told within three minutes', () => {
  const { config, expected } = watchersBy({})
  assert.ok(expected.has('tell-alarms') && expected.has('mail-flow') && expected.has('radar'))
  for (const [name, everyMs] of expected)
    assert.ok(everyMs + config['watch.silentAfter'] + lookEveryMs <= toldWithinMs, `${name}: ${everyMs} ms`)
})

test('where jobs shall come round more often, they do; none comes round less often, and none all the time', () => {
  const [meant, short, none] = ['', '2s', '0'].map((every) =>
    watchersBy(every === '' ? {} : { MAILKEEP_JOBS_EVERY: every }),
  )
  for (const [name, everyMs] of meant?.expected ?? []) {
    assert.equal(short?.expected.get(name), Math.min(everyMs, 2000), name)
    assert.equal(none?.expected.get(name), 200, name)
  }
})
