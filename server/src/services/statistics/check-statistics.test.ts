import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createStatisticsCheck } from './check-statistics.ts'

const dayMs = 86_400_000
const first = Date.UTC(2026, 10, 20)
const date = '2026-11-20'

/** A process of a site whose statistics are wrong on some days; alarms stay as they were when the next one starts. */
function startProcess(wrong: ReadonlySet<number>, clock: { now: number }, open: Map<string, string>) {
  const check = createStatisticsCheck({
    readStatistics: {
      position: async () => ({ completeUpTo: clock.now, followedSince: null }) as never,
      sums: async (day) =>
        wrong.has(day)
          ? [{ tenant: 'one', direction: 'inbound', what: 'accepted', deliveries: 1 } as never]
          : [],
    },
    ledger: { tally: async () => [], tallyRefused: async () => [] },
    alarms: {
      raise: (_name, subject, text) => void open.set(subject, text),
      clear: (_name, subject) => void open.delete(subject),
    },
    toldSince: async () => [...open.keys()],
    now: () => clock.now,
    rest: async () => undefined,
  })
  return async () => {
    for (let round = 0; round < 4; round++) await check()
  }
}

test('a day that differs is told until its own figures agree, over good days and another process', async () => {
  const [wrong, open] = [new Set([first]), new Map<string, string>()]
  const clock = { now: first + dayMs + 3_600_000 }
  const rounds = startProcess(wrong, clock, open)
  await rounds()
  assert.deepEqual([...open.keys()], [date])
  assert.match(open.get(date) ?? '', /1 such figures; see mailkeep audit --day 2026-11-20\)/)
  clock.now += dayMs
  await rounds()
  assert.deepEqual([...open.keys()], [date], 'the next day is good, and mends nothing')
  const again = startProcess(wrong, clock, open)
  wrong.add(first + 2 * dayMs)
  clock.now += dayMs
  await again()
  assert.deepEqual([...open.keys()], [date, '2026-11-22'])
  wrong.delete(first)
  clock.now += dayMs
  await again()
  assert.deepEqual([...open.keys()], ['2026-11-22'])
  clock.now += 32 * dayMs
  await again()
  assert.deepEqual([...open.keys()], [], 'nobody looks at it any more')
})
