import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import type { Alarms } from '#ground/platform/alarms.ts'
import { Trend } from '#ground/platform/trend.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import { followIndex } from './follow-index.ts'

const start = Date.UTC(2026, 10, 21, 10)

describe('the index of messages behind the mail', () => {
  let elapsed = 0
  let behind = 0
  /** What the alarm would say if it were raised now; empty: it is not. */
  let said = ''
  const alarms: Alarms = {
    raise: (_name, subject, text) => {
      if (subject === 'lag') said = text
    },
    clear: (_name, subject) => {
      if (subject === 'lag') said = ''
    },
    pulse: () => undefined,
    open: () => [],
    onChange: () => undefined,
  }
  let trend: Trend
  beforeEach(() => {
    elapsed = 0
    said = ''
    trend = new Trend({ everyMs: 1000, keepMs: 120_000, leastMs: 30_000 })
  })

  /** A round in each second, each with what is still to be taken in then. */
  const follow = async (...backlog: readonly number[]): Promise<string> => {
    for (const each of backlog) {
      behind = each
      elapsed += 1000
      await followIndex({
        index: {
          advance: async () => 0,
          sweep: async () => 0,
          compare: async () => 0,
          mend: async () => false,
        },
        search: {
          progress: async () => ({
            completeUpTo: behind > 0 ? start - 600_000 : start + elapsed,
            ...{ behind, total: 1_000_000, stretches: [], nodes: [] },
          }),
        },
        ...{ alarms, trend, now: () => start + elapsed, elapsed: () => elapsed, keepMs: () => 86_400_000 },
      })
    }
    return said
  }
  /** From a number downwards, so many fewer in each round. */
  const shrinking = (from: number, by: number, rounds: number) =>
    Array.from({ length: rounds }, (_, n) => from - n * by)

  test('a backlog that shrinks at a steady pace is told with the moment at which it is gone', async () => {
    assert.doesNotMatch(await follow(...shrinking(200_000, 1000, 20)), /at this pace/)
    // 160,000 are left after 41 rounds, at 1000 a second.
    const text = await follow(...shrinking(180_000, 1000, 21))
    assert.match(text, /160000 of 1000000 events are still to be taken in/)
    assert.ok(text.includes(`at this pace until ${utcWords(start + elapsed + 160_000)}`), text)
    assert.equal(await follow(0), '')
  })

  test('a backlog that stands still is told without a moment', async () => {
    const text = await follow(...shrinking(50_000, 0, 60))
    assert.match(text, /50000 of 1000000.*Mail is not touched/)
    assert.doesNotMatch(text, /at this pace/)
  })

  test('what is put to it at once begins a new pace', async () => {
    await follow(...shrinking(60_000, 1000, 50))
    assert.doesNotMatch(await follow(500_000), /at this pace/)
    const text = await follow(...shrinking(495_000, 5000, 40))
    assert.ok(text.includes(`at this pace until ${utcWords(start + elapsed + 60_000)}`), text)
  })
})
