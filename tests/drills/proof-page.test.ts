import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue } from './catalogue.ts'
import type { KeptDrill } from './kept-report.ts'
import type { KillFigures } from './kill.ts'
import { madeUpRun } from './made-up-run.ts'
import { proofPage, whatIsRed } from './proof-page.ts'

const machine = { cores: 2, model: 'made up', node: 'v24', memory: 2 ** 34, free: 0 }
const kept = (id: string, given: Partial<KeptDrill> = {}): KeptDrill => ({
  ...madeUpRun(id, { long: true, commit: 'abc' }),
  ...{ machine, ...given },
})
const all = catalogue.map(({ id }) => kept(id))
const but = (id: string, given: Partial<KeptDrill>) =>
  all.map((each) => (each.id === id ? { ...each, ...given } : each))

test('a release waits for each drill: passed, and at these sources', () => {
  assert.deepEqual(whatIsRed(all, 'abc'), [])
  assert.deepEqual(whatIsRed(but('D20', { outcome: 'failed', why: '1 of 15 bounds missed' }), 'abc'), [
    'D20 failed: 1 of 15 bounds missed',
  ])
  assert.deepEqual(
    whatIsRed(
      all.filter(({ id }) => id !== 'D04'),
      'abc',
    ),
    ['D04 was not run'],
  )
  assert.deepEqual(whatIsRed(but('KILL', { commit: 'abc-dirty' }), 'abc'), [
    'KILL was run at abc-dirty, this is abc',
  ])
})

test('the page says what kills have cost, and says what was not measured', () => {
  const figures: KillFigures = {
    ...{ kills: 7, tried: 900, acknowledged: 812, delivered: 815, lost: 0, doubled: 3 },
    firstMailMs: { middle: 640, most: 1210 },
  }
  const page = proofPage(but('KILL', { notes: { figures } }), undefined)
  assert.match(page, /\| 7 \| 812 \| 0 \| 3 \| 640 ms \| 1210 ms \|/)
  assert.match(page, /Not measured: `npm run bench latency`/)
  assert.match(proofPage([], undefined), /Not measured: `npm run drill KILL -- --long`/)
})
