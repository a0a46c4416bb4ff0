import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSlower, judgeLiveDrill } from './judge-live-drill.ts'
import { type LiveDrill, nothingSeen } from './live-drill.ts'

const bounds = { periodMs: 30_000, lateMs: 120_000 }
const drill: LiveDrill = {
  ...{ id: 'd', kind: 'slow', orderedAt: 0, who: 'a', forMs: 300_000, rings: false, phase: 'after' },
  ...{ startedAt: 0, faultAt: null, mendedAt: null, endedAt: null, ending: 'stopped', why: '' },
  ...{ seen: nothingSeen, lines: [] },
}
const letter = (messageId: string, copies: number) => ({
  ...{ messageId, copies, takenAt: 1, arrivedAt: copies > 0 ? 2 : null },
})
const row = (messageId: string, state: string) => ({
  ...{ messageId, state, attempts: 1, acceptedAt: 1, settledAt: state === 'waiting' ? null : 3 },
})
const lineOf = (what: RegExp, ...[letters, rows, given = drill]: [object[], object[], LiveDrill?]) =>
  judgeLiveDrill(given, letters as never, rows as never, bounds).find((each) => what.test(each.what))

test('letters are counted each for itself: one that arrived and is not settled yet hides none that came twice', () => {
  const once = /once$/
  const unsettled = lineOf(once, [letter('a', 1)], [row('a', 'waiting')])
  assert.deepEqual(
    [unsettled?.held, unsettled?.measured],
    [true, '1 delivered, 0 waiting, 0 twice, 0 lost of 1'],
  )
  const twice = lineOf(once, [letter('a', 1), letter('b', 2)], [row('a', 'waiting'), row('b', 'delivered')])
  assert.deepEqual([twice?.held, twice?.measured], [false, '2 delivered, 0 waiting, 1 twice, 0 lost of 2'])
  assert.equal(lineOf(once, [letter('a', 0)], [row('a', 'waiting')])?.held, true)
  assert.equal(
    lineOf(once, [letter('a', 0)], [row('a', 'waiting')], { ...drill, ending: 'done' })?.held,
    false,
  )
  // Its sender takes it for delivered, and nobody has it.
  assert.equal(lineOf(once, [letter('a', 0)], [row('a', 'delivered')])?.held, false)
  assert.equal(lineOf(once, [letter('a', 1)], [row('a', 'bounced')])?.held, false)
})

test('mail of people is compared with before, and where nothing is known of that with what is late', () => {
  assert.deepEqual([isSlower(100, 1150, 120_000), isSlower(100, 1250, 120_000)], [false, true])
  assert.deepEqual([isSlower(null, 119_000, 120_000), isSlower(null, 121_000, 120_000)], [false, true])
  const of = (othersBeforeMs: number | null, othersDuringMs: number | null) =>
    lineOf(/^mail of people/, [], [], { ...drill, seen: { ...nothingSeen, othersBeforeMs, othersDuringMs } })
  assert.equal(of(null, 130_000)?.held, false)
  assert.equal(of(null, 1000)?.held, true)
  assert.equal(of(null, 1000)?.bound, '<= 120.0 s')
  assert.equal(of(1000, null)?.held, null)
})
