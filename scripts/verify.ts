/**
 * `npm run verify`: everything that can be checked in under a minute without other services.
 * The checks of the sources and the unit tests run side by side. Tests of more than a second (they wait for clocks, judge golden
 * samples, measure growth) are named `*.slow.test.ts` and belong to `npm test` alone.
 */
import { withMemoryFolder } from './memory-folder.ts'
import { type Check, describeChecks, runChecks, staticChecks } from './run-checks.ts'
import { quickUnits } from './unit-files.ts'

/** Processes that share the unit tests. */
const shares = 2

const unitTests: readonly Check[] = Array.from({ length: shares }, (_, at) => ({
  name: `unit tests, ${at + 1} of ${shares}`,
  remedy: 'node --test FILE runs one of them',
  command: [
    'node',
    '--disable-warning=ExperimentalWarning',
    '--test',
    '--test-isolation=none',
    `--test-shard=${at + 1}/${shares}`,
    '--test-reporter=dot',
    ...quickUnits,
  ],
}))

const started = performance.now()
const [checks, tests] = await Promise.all([
  runChecks(staticChecks, 1),
  withMemoryFolder(() => runChecks(unitTests, shares)),
])
const results = [...checks, ...tests]
console.log(describeChecks(results))
const failed = results.filter((each) => !each.passed).length
const took = ((performance.now() - started) / 1000).toFixed(0)
console.log(
  failed === 0 ? `\nAll is well (${took} s).` : `\n${failed} of ${results.length} failed (${took} s).`,
)
process.exitCode = failed === 0 ? 0 : 1
