import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Drill } from './drill.ts'
import { keepDrill } from './kept-report.ts'
import { describeLine, describeRounds, runInRounds } from './rounds.ts'
import { runDrill } from './run-drill.ts'

/**
 * A test for each drill: all its bounds hold, in a second round where what the first missed may be the machine's. What
 * counts is kept, so that the table of drills is that of the last `npm test`.
 */
export function testDrills(drills: readonly Drill[]): void {
  const options = { long: process.env.MAILKEEP_LONG === '1', incident: null }
  for (const drill of drills) {
    test(`drill ${drill.id}: ${drill.name}`, async (context) => {
      const rounds = await runInRounds(() => runDrill(drill, options, () => undefined))
      const { finished } = rounds
      keepDrill(finished)
      for (const line of describeRounds(rounds)) context.diagnostic(`${drill.id}, ${line}`)
      if (finished.outcome === 'not run') return context.skip(finished.why)
      const missed = finished.lines.filter((line) => !line.held).map(describeLine)
      assert.deepEqual(missed, [], finished.why)
      assert.equal(finished.outcome, 'passed', finished.why)
    })
  }
}
