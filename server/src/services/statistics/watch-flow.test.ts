import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAlarms } from '#ground/platform/alarms.ts'
import type { StatisticsStore } from './statistics-store.ts'
import { watchFlow } from './watch-flow.ts'

const start = 1_800_000_000_000
let now = start
let completeUpTo = start
let failures = 0
const entry = (n: number, failed: boolean) => ({
  ...{ messageId: `m${n}`, n: 0, at: start, ok: !failed, failures: failed ? 1 : 0 },
  reason: failed ? 'deferred' : 'delivered',
})
const readStatistics = {
  position: async () => ({ seq: 1, line: 0, refusal: '', followedSince: 0, verdictsSince: 0, completeUpTo }),
  flows: async (after: string) =>
    after === ''
      ? ['gone.test', 'a.test', 'patient.test'].map((domain) => ({
          domain,
          lastAt: start,
          recent: Array.from({ length: 10 }, (_, n) => entry(n, n < failures)),
        }))
      : [],
} as unknown as StatisticsStore
const silent = { warn: () => undefined, info: () => undefined } as never
const clock = { now: () => now } as never

test('an alarm begins and ends by what is seen, and what is not seen does neither', async () => {
  const alarms = createAlarms(clock, silent)
  const changes: string[] = []
  alarms.onChange(({ subject }, open) => changes.push(`${open ? 'open' : 'over'} ${subject}`))
  const round = () =>
    watchFlow({
      readStatistics,
      isOurs: (domain) => domain !== 'gone.test',
      alarms,
      limitsOf: (domain) => ({
        ...{ messages: 25, goodPercent: 90, staleMs: 300_000 },
        badFailures: domain === 'patient.test' ? 100 : 3,
      }),
      now: () => now,
    })
  await round()
  assert.deepEqual(changes, [])
  failures = 4
  now = start + 400_000
  await round()
  assert.deepEqual(changes, [], 'the figures are late: no alarm')
  completeUpTo = now
  await round()
  await round()
  assert.deepEqual(changes, ['open a.test'])
  assert.match(
    alarms.open()[0]?.text ?? '',
    /4 of the tries to deliver its last 10 messages failed, most of them: deferred/,
  )
  failures = 0
  now += 400_000
  await round()
  assert.equal(alarms.open().length, 1, 'the figures are late: no end either')
  completeUpTo = now
  await round()
  assert.deepEqual(changes, ['open a.test', 'over a.test'])
})
