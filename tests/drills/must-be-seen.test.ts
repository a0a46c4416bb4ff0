import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Line } from './drill.ts'
import { falseAlarms } from './false-alarms.ts'
import { madeUpRun } from './made-up-run.ts'
import { seenRow } from './must-be-seen.ts'
import { describeSeen, seenHead, seenSums } from './seen-table.ts'

const line = (what: string, held: boolean): Line => ({
  ...{ section: 'must be seen', what, bound: '', measured: '3 s', held, timed: false },
})
const drill = (id: string, lines: readonly Line[]) => madeUpRun(id, { name: `Drill ${id}`, lines })

test('what no line measures is not measured, never fine', () => {
  const { sights } = seenRow(
    drill('D24', [line('one role broken: alarm', true), line('it works again', true)]),
  )
  assert.deepEqual(
    [sights.alarm.state, sights.cause.state, sights.status.state, sights.list.state],
    ['held', 'held', 'not measured', 'not measured'],
  )
  assert.equal(seenRow(drill('D99', [line('alarm', true)])).sights.alarm.state, 'not measured')
})

test('a line says itself which sight it measures, and what does not apply is told with its reason', () => {
  const row = seenRow({
    ...drill('D98', [{ ...line('the fault: told', true), sight: 'alarm' }]),
    notSeen: { status: 'it is one customer’s own', alarm: 'never asked for' },
  })
  assert.deepEqual([row.sights.alarm.state, row.sights.status.state], ['held', 'not applicable'])
  assert.match(
    describeSeen([row]),
    /\n +1 of 1 passed +1 of 1 held +1 not measured +- .*\nD98 status page: not applicable, it is one customer/s,
  )
})

test('a drill that broke off is told as such, whatever it had seen before', () => {
  const row = seenRow({
    ...drill('D12', [line('I9 list: precision', true)]),
    ...{ outcome: 'failed', broke: 'error' },
  })
  assert.match(describeSeen([row]), /D12 .*broke off/)
})

test('the table has the longest time, the form and what was run', () => {
  const told = (afterMs: number) => ({ ...line('told', true), sight: 'alarm' as const, afterMs })
  const run = {
    ...drill('D97', [told(2400), told(12_340)]),
    rang: ['disk-full'],
    long: false,
    commit: 'abc1234',
  }
  assert.equal(seenRow(run).sights.alarm.afterMs, 12_340)
  assert.match(describeSeen([seenRow(run)]), /D97 .*passed\s+12\.3 s\s.*\soperator\s+short\s+abc1234/)
  assert.match(describeSeen([seenRow(drill('D96', [told(1)]))]), /D96 .*not measured\s+short\s+unknown/)
})

test('one line that was missed misses the sight', () => {
  const lines = [line('I9 list of the window: precision', true), line('I9 list of the window: recall', false)]
  const row = seenRow(drill('D12', lines))
  assert.equal(row.sights.list.state, 'missed')
  assert.equal(row.sights.list.measured.length, 2)
  assert.match(describeSeen([row]), /D12 .*passed\s+(not measured\s+){3}missed/)
})

test('what was not measured counts neither as held nor as missed', () => {
  const rows = [
    seenRow(drill('D33', [{ ...line('found', true), sight: 'cause' }])),
    seenRow(drill('D12', [{ ...line('named', true), sight: 'cause' }, line(falseAlarms, true)])),
    seenRow(drill('D21', [{ ...line('named', false), sight: 'cause' }])),
  ]
  const sums = seenSums(rows)
  const sumUnder = (title: string) => sums[seenHead.indexOf(title)]
  assert.equal(sumUnder('cause named'), '2 of 3 held')
  assert.equal(sumUnder('nothing else rang'), '1 of 1 held, 2 not measured')
  assert.equal(sumUnder('exact list'), '3 not measured')
})
