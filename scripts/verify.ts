/**
 * `npm run verify`: everything that can be checked in under a minute without other services.
 * The checks of the sources and the unit tests run side by side. Tests of more than a second (they wait for clocks, judge golden
 * samples, measure growth) are named `*.slow.test.ts` and belong to `npm test` alone.
 */
import { type Check, describeChecks, runChecks, staticChecks } from './run-checks.ts'

const unitTests: Check = {
  name: 'unit tests',
  remedy: 'node --test FILE runs one of them',
  command: [
    'node',
    '--disable-warning=ExperimentalWarning',
    '--test',
    // One more than cores: some wait for threads and sockets.
    '--test-concurrency=3',
    '--test-reporter=dot',
    'server/src/**/!(*.slow).test.ts',
    'contract/src/**/*.test.ts',
    'console/src/**/*.test.ts',
    'scripts/*.test.ts',
  ],
}

const started = performance.now()
const [checks, tests] = await Promise.all([runChecks(staticChecks, 1), runChecks([unitTests], 1)])
const results = [...checks, ...tests]
console.log(describeChecks(results))
const failed = results.filter((each) => !each.passed).length
const took = ((performance.now() - started) / 1000).toFixed(0)
console.log(
  failed === 0 ? `\nAll is well (${took} s).` : `\n${failed} of ${results.length} failed (${took} s).`,
)
process.exitCode = failed === 0 ? 0 : 1
