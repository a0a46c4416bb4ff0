import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DrillMail } from '#services/watch/probe-mail-store.ts'
import type { DrillLetter } from './drill-road.ts'
import { type KeptDrill, type LiveDrill, nothingSeen, shortestDrillMs } from './live-drill.ts'
import { LiveDrillRun } from './run-live-drill.ts'

const periodMs = 30_000

/** Runs a drill by a clock that is made up, on a road where all arrives at once and nothing is noticed. */
async function run(
  forMs: number,
  {
    left = [] as DrillMail[],
    othersMs = 10,
    shut = [0, 0] as readonly [number, number],
    lostAt = Infinity,
  } = {},
) {
  let now = 0
  const letters: DrillLetter[] = []
  let over: LiveDrill | null = null
  let asked = 0
  let removed: readonly string[] | null = null
  const settled = (): DrillMail[] =>
    removed
      ? []
      : letters.map(({ messageId, takenAt }) => ({
          ...{ messageId, state: 'delivered', attempts: 1, acceptedAt: takenAt, settledAt: takenAt },
        }))
  const rows = async () => (removed ? [] : [...left, ...settled()])
  const drill: KeptDrill = {
    ...{
      id: 'd',
      kind: 'slow',
      orderedAt: 0,
      who: 'a',
      forMs,
      rings: false,
      phase: 'ordered',
      startedAt: null,
    },
    ...{ faultAt: null, mendedAt: null, endedAt: null, ending: null, why: '', seen: nothingSeen, lines: [] },
    ...{ stoppedBy: null, runner: 'one', beatAt: 0, hasRunner: true },
  }
  await new LiveDrillRun(drill, {
    road: {
      open: async () => undefined,
      setFault: async () => undefined,
      async send() {
        if (now >= shut[0] && now < shut[1]) throw new Error('our own door answered 451')
        letters.push({ messageId: `m${letters.length}`, takenAt: now, arrivedAt: now, copies: 1 })
        return letters.at(-1) as DrillLetter
      },
      harmed: () => 0,
      ...{ rows, rowsNow: rows },
      remove: async (ids) => {
        removed = ids
      },
      look: async () => ({ alarm: null, finding: null, incident: null, cause: null, quietAt: null }),
      close: async () => undefined,
    },
    async save(given) {
      if (now >= lostAt) throw new Error('another process has taken it over')
      over = given
      return null
    },
    whyStop: async () => null,
    async othersMs() {
      asked += 1
      return asked === 1 ? null : othersMs
    },
    ring: async () => [],
    isEnding: () => false,
    ...{ periodMs, lateMs: 120_000, now: () => now },
    sleep: async (ms) => {
      now += ms
    },
  })
    .run()
    .catch((cause: Error) => assert.match(cause.message, /taken it over/))
  return { over: over as LiveDrill | null, asked, removed: removed as readonly string[] | null, letters }
}

test('the shortest drill gets to break something, and asks how mail of people does once a period', async () => {
  const { over, asked } = await run(shortestDrillMs(periodMs))
  assert.equal(over?.ending, 'done', over?.why)
  assert.notEqual(over?.faultAt, null)
  assert.ok(asked <= 15, `${asked}`)
})

test('a drill on a quiet site ends when mail of people gets late', async () => {
  const { over } = await run(shortestDrillMs(periodMs), { othersMs: 130_000 })
  assert.equal(over?.ending, 'aborted')
  assert.match(over?.why ?? '', /mail of people got slower: 130000 ms, too little mail to say before/)
})

test('what another drill has left is taken away, and held against nobody', async () => {
  const left = [{ messageId: 'old', state: 'bounced', attempts: 1, acceptedAt: 0, settledAt: null }]
  const { over, removed } = await run(shortestDrillMs(periodMs), { left })
  const line = over?.lines.find(({ what }) => what.endsWith('once'))
  assert.equal(line?.held, true, line?.measured)
  assert.match(over?.lines.find(({ what }) => what.startsWith('list'))?.measured ?? '', / 0 besides$/)
  assert.ok(removed?.includes('old'))
})

test('a door that puts letters off for some seconds ends no drill, one that stays shut does', async () => {
  const forMs = shortestDrillMs(periodMs)
  const { over } = await run(forMs, { shut: [10_000, 35_000] })
  assert.equal(over?.ending, 'done', over?.why)
  const aborted = (await run(forMs, { shut: [10_000, forMs] })).over
  assert.deepEqual(
    [aborted?.ending, aborted?.why],
    ['aborted', 'it could not go on: our own door answered 451'],
  )
})

test('a drill that another process has taken over takes its own letters away, and none of another drill', async () => {
  const left = [{ messageId: 'next', state: 'waiting', attempts: 0, acceptedAt: 0, settledAt: null }]
  const { over, removed, letters } = await run(shortestDrillMs(periodMs), { left, lostAt: 20_000 })
  assert.equal(over?.endedAt, null)
  assert.ok(letters.length > 10)
  assert.deepEqual(
    removed,
    letters.map(({ messageId }) => messageId),
  )
})
