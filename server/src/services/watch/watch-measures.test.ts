import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alarms } from '#ground/platform/alarms.ts'
import { Detector } from './detector.ts'
import type { FindingState } from './finding.ts'
import type { MeasuredRow, WaitingRow } from './measure-store.ts'
import { MeasureWatch } from './watch-measures.ts'

const periodMs = 600_000
const start = Date.parse('2027-06-10T00:00:00Z')
const hourMs = 3_600_000

const row = (
  at: number,
  name: 'refused' | 'accepted' | 'delivered',
  count: number,
  node = 'node-1',
): MeasuredRow => ({
  ...{ node, at, name, direction: 'inbound', tenants: 'customer', hop: '', count, sumMs: 0, steps: [] },
})
const badRows = (at: number, node?: string) => [row(at, 'refused', 80, node), row(at, 'accepted', 20, node)]

/** A watch over what is put into `rows`, with the findings and the alarms of the site. */
function openWatch(waitingAt: (at: number) => number | null = () => null) {
  const [rows, known, open]: [MeasuredRow[], FindingState[], Set<string>] = [[], [], new Set()]
  let now = start
  const watch = new MeasureWatch({
    measures: { noteWaiting: async () => undefined, forgetMeasures: async () => undefined },
    readMeasures: {
      measures: async (from, before) => rows.filter(({ at }) => at >= from && at < before),
      waiting: async (from, before) => {
        const found: WaitingRow[] = []
        for (let at = from; at < before; at += periodMs) {
          const waiting = at < start ? null : waitingAt(at)
          if (waiting !== null) found.push({ at, direction: 'inbound', waiting })
        }
        return found
      },
    },
    findings: {
      noteFindings: async (found) => {
        for (const each of found) {
          const index = known.findIndex((one) => one.subject === each.subject && one.endedAt === null)
          const foundAt = known[index]?.foundAt ?? now
          if (index >= 0) known.splice(index, 1)
          known.push({ ...each, foundAt, seenAt: now, endedAt: null })
        }
      },
      endFindings: async (over) => {
        for (const [index, each] of known.entries())
          if (over.some((one) => one.subject === each.subject)) known[index] = { ...each, endedAt: now }
      },
      findings: async () => [...known],
      forgetFindings: async () => undefined,
    },
    alarms: {
      raise: (_kind: string, subject: string) => void open.add(subject),
      clear: (_kind: string, subject: string) => void open.delete(subject),
    } as unknown as Alarms,
    alarmStates: async () => [],
    isOurs: () => false,
    isProviders: () => false,
    periodMs,
    now: () => now,
  })
  const pass = async (periods: number, rowsAt: (at: number) => MeasuredRow[]) => {
    for (let n = 0; n < periods; n++) {
      rows.push(...rowsAt(now))
      now += periodMs
      // The first moment that the period before is complete.
      now += 2000
      await watch.round()
      now -= 2000
    }
  }
  return { known, open, pass, rows }
}

for (const [name, others] of [
  ['while other mail goes on', (at: number) => [row(at, 'accepted', 100, 'node-2')]],
  ['when nothing at all is measured', () => []],
] as const)
  test(`a finding of a node that is gone ends after a day, and its alarm with it, ${name}`, async () => {
    const { known, open, pass } = openWatch()
    await pass(6, (at) => [...badRows(at), ...others(at)])
    const mine = () => known.filter((each) => each.node === 'node-1' && each.endedAt === null)
    assert.equal(mine().length, 1)
    const seenAt = mine()[0]?.seenAt
    await pass((20 * hourMs) / periodMs, others)
    assert.equal(mine().length, 1, 'silence of some hours is no end')
    assert.equal(mine()[0]?.seenAt, seenAt, 'it was not seen meanwhile')
    await pass((10 * hourMs) / periodMs, others)
    assert.deepEqual(mine(), [])
    assert.deepEqual([...open], [], 'it is not raised again either')
  })

test('figures that a limping process writes when their period is long judged are judged with a later one', async () => {
  const { known, pass, rows } = openWatch()
  const good = (at: number) => [row(at, 'accepted', 100, 'node-2')]
  await pass(3, good)
  const late: MeasuredRow[] = []
  await pass(2, (at) => {
    late.push(...badRows(at))
    return good(at)
  })
  rows.push(...late.splice(0, 2))
  await pass(1, good)
  rows.push(...late)
  await pass(1, good)
  assert.deepEqual(
    known.map(({ subject, endedAt }) => [subject, endedAt]),
    [['inbound node-1', null]],
  )
})

test('what came long ago and is written late makes a queue that grows no surge', async () => {
  const stalls = 20
  const waitingAt = (at: number) => {
    const period = (at - start) / periodMs
    return period < stalls ? 5 : 5 + 150 * (period - stalls)
  }
  const { known, pass, rows } = openWatch(waitingAt)
  const usual = (at: number) => [row(at, 'accepted', 100), row(at, 'delivered', 100)]
  await pass(stalls, usual)
  const late: MeasuredRow[] = []
  const stalled = (at: number) => {
    late.push(row(at, 'accepted', 100, 'node-2'))
    return usual(at)
  }
  await pass(2, stalled)
  rows.push(...late.splice(0))
  await pass(1, usual)
  await pass(1, stalled)
  rows.push(...late)
  await pass(1, usual)
  assert.ok(
    known.some(({ kind, endedAt }) => kind === 'queue-grows' && endedAt === null),
    JSON.stringify(known),
  )
})

test('mail that a fault has held up and that still waits makes no long queue usual', () => {
  const detector = new Detector()
  let at = start
  const take = (waiting: number) => {
    at += periodMs
    const rows = [row(at, 'accepted', 30), row(at, 'refused', 0)]
    return detector.take({ at, rows, waiting: [{ at, direction: 'inbound', waiting }] })
  }
  const found = (depths: readonly number[]) =>
    depths.map((each) =>
      take(each)
        .map(({ kind }) => kind)
        .join(),
    )
  found(Array.from({ length: 20 }, () => 5))
  assert.deepEqual(found([105, 205, 305]), ['', 'queue-grows', 'queue-grows'])
  // It waits for its next try, drains, and waits again.
  found([...Array.from({ length: 20 }, () => 305), 200, ...Array.from({ length: 20 }, () => 200), 5, 5])
  assert.deepEqual(found([105, 205, 305]), ['', 'queue-grows', 'queue-grows'])
})

test('series of what is never measured again are forgotten', () => {
  const detector = new Detector()
  const subject = { kind: 'refused-share', subject: 'inbound node-1' } as const
  for (const n of [0, 1, 2])
    detector.take({ at: start + n * periodMs, rows: badRows(start + n * periodMs), waiting: [] })
  assert.equal(detector.stateOf(subject), 'bad')
  assert.equal(detector.take({ at: start + 25 * hourMs, rows: [], waiting: [] }).length, 0)
  assert.equal(detector.stateOf(subject), 'unknown')
})
