import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drillRound, judgedAtTheEnd } from '../../scripts/test-rounds.ts'
import type { Drill } from './drill.ts'
import { keepDrill } from './kept-report.ts'
import { describeLine, describeRounds, type Round, runInRounds } from './rounds.ts'
import { runDrill } from './run-drill.ts'

/**
 * A test for each drill: all its bounds hold, in a second round where what the first missed may be the machine's. In
 * `npm test` that one is run when all else is through, with nothing beside it. What counts is kept, so that the table of
 * drills is that of the last `npm test`.
 */
export function testDrills(drills: readonly Drill[]): void {
  const options = { long: process.env.LONG_TESTS === '1', incident: null }
  const round = (process.env[drillRound] as Round | undefined) ?? 'both'
  for (const drill of drills) {
    test(`drill ${drill.id}: ${drill.name}`, async (context) => {
      const rounds = await runInRounds(() => runDrill(drill, options, () => undefined), round)
      const { finished, isOpen } = rounds
      keepDrill(finished)
      for (const line of describeRounds(rounds)) context.diagnostic(`${drill.id}, ${line}`)
      if (finished.outcome === 'not run') return context.skip(finished.why)
      const missed = finished.lines.filter((line) => !line.held).map(describeLine)
      const why = `${isOpen ? judgedAtTheEnd : ''}${finished.why}`
      assert.deepEqual(missed, [], why)
      assert.equal(finished.outcome, 'passed', why)
    })
  }
}
