import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, loadConfig } from './load-config.ts'

const silentAfter = (given: string) =>
  loadConfig(null, { MAILKEEP_SUPERVISE_SILENT_AFTER: given }).config['supervise.silentAfter']
const storeWait = (given: string) =>
  loadConfig(null, { MAILKEEP_CONSOLE_STORE_WAIT: given }).config['console.storeWait']

test('a time that must not be too short is 0, which says never, or long enough', () => {
  assert.deepEqual(['0', '5s', '1m'].map(silentAfter), [0, 5000, 60_000])
  for (const given of ['1ms', '4999ms', '3'])
    assert.throws(
      () => silentAfter(given),
      (cause) => cause instanceof ConfigError && /0, or a duration of 5s or more/.test(cause.message),
    )
})

test('a wait without which nothing would be answered has bounds, and is never 0', () => {
  assert.deepEqual(['100ms', '1500ms', '1m'].map(storeWait), [100, 1500, 60_000])
  for (const given of ['0', '99ms', '61s', '1h'])
    assert.throws(
      () => storeWait(given),
      (cause) => cause instanceof ConfigError && /expected a duration of 100ms to 1m/.test(cause.message),
    )
})
