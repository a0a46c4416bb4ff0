import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, loadConfig } from './load-config.ts'

const silentAfter = (given: string) =>
  loadConfig(null, { MAILKEEP_SUPERVISE_SILENT_AFTER: given }).config['supervise.silentAfter']

test('a time that must not be too short is 0, which says never, or long enough', () => {
  assert.deepEqual(['0', '5s', '1m'].map(silentAfter), [0, 5000, 60_000])
  for (const given of ['1ms', '4999ms', '3'])
    assert.throws(
      () => silentAfter(given),
      (cause) => cause instanceof ConfigError && /0, or a duration of 5s or more/.test(cause.message),
    )
})
