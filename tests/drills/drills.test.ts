import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue } from './catalogue.ts'
import { runDrill } from './run-drill.ts'

const long = process.env.MAILKEEP_LONG === '1'

for (const drill of catalogue) {
  test(`drill ${drill.id}: ${drill.name}`, async (context) => {
    const finished = await runDrill(drill, { long, incident: null }, () => undefined)
    if (finished.outcome === 'not run') return context.skip(finished.why)
    const missed = finished.lines.filter((line) => !line.held)
    assert.deepEqual(
      missed.map((line) => `${line.what}: ${line.measured} (${line.bound})`),
      [],
      finished.why,
    )
    assert.equal(finished.outcome, 'passed', finished.why)
  })
}
