import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { keepDrill, keptDrills, reportOf } from './kept-report.ts'
import { madeUpRun } from './made-up-run.ts'

const newFolder = () => join(mkdtempSync(join(tmpdir(), 'mailkeep-kept-')), 'reports', 'drills')

test('the last run of each drill is kept, in the order of their ids, with the machine', () => {
  const folder = newFolder()
  assert.deepEqual(keptDrills(folder), [])
  keepDrill(madeUpRun('D30'), folder)
  keepDrill(madeUpRun('D02', { tookSeconds: 1 }), folder)
  keepDrill(madeUpRun('D02', { tookSeconds: 2, outcome: 'failed' }), folder)
  const kept = keptDrills(folder)
  assert.deepEqual(
    kept.map((each) => [each.id, each.outcome, each.tookSeconds]),
    [
      ['D02', 'failed', 2],
      ['D30', 'passed', 1],
    ],
  )
  assert.equal(kept[0]?.machine.node, process.version)
  assert.deepEqual(
    reportOf(kept).seen.map((each) => each.id),
    ['D02', 'D30'],
  )
  assert.deepEqual(readdirSync(folder).sort(), ['D02.json', 'D30.json'], 'nothing half written stays')
})

test('what could not be run takes the place of nothing that was', () => {
  const folder = newFolder()
  keepDrill(madeUpRun('D12', { outcome: 'not run', why: 'no root' }), folder)
  assert.equal(keptDrills(folder)[0]?.outcome, 'not run')
  keepDrill(madeUpRun('D12'), folder)
  keepDrill(madeUpRun('D12', { outcome: 'not run', why: 'no root' }), folder)
  assert.equal(keptDrills(folder)[0]?.outcome, 'passed')
})
