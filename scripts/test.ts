/**
 * `npm test`: the checks of the sources, then every test suite. Node's own summary is the last thing printed.
 * `npm test -- --long` runs the long drills too. With CI set, a test that was skipped counts as a failure: there
 * everything that suites need is installed, so a skipped one would prove nothing.
 */
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { parseArgs } from 'node:util'
import { describeChecks, root, runChecks, staticChecks } from './run-checks.ts'
import { type TestEvent, TestTally } from './test-tally.ts'

const suites = [
  'server/src/**/*.test.ts',
  'contract/src/**/*.test.ts',
  'console/src/**/*.test.ts',
  'scripts/*.test.ts',
  'tests/**/*.test.ts',
]
/** Longest time for everything, so that a hanging suite ends as a failure with a name. */
const limitMs = 60 * 60_000
const limitLongMs = 6 * 60 * 60_000
/** Longest time for one file. */
const fileLimitMs = 20 * 60_000

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    options: { long: { type: 'boolean' } },
    allowPositionals: true,
  })
  const checks = await runChecks(staticChecks, 2)
  console.log(`${describeChecks(checks)}\n`)
  if (values.long) process.env.MAILKEEP_LONG = '1'
  const tally = await runSuites(
    positionals.length > 0 ? positionals : suites,
    values.long ? limitLongMs : limitMs,
  )
  return checks.every((each) => each.passed) && tally.passed(process.env.CI !== undefined)
}

async function runSuites(globPatterns: string[], timeLimit: number): Promise<TestTally> {
  const tally = new TestTally()
  const report = spec()
  report.pipe(process.stdout)
  const events = run({
    globPatterns,
    cwd: root,
    concurrency: 2,
    timeout: fileLimitMs,
    signal: AbortSignal.timeout(timeLimit),
  })
  // The counts of the whole run wait until our own lines are out, so that they are the last to be read.
  const counts: TestEvent[] = []
  for await (const event of events as AsyncIterable<TestEvent>) {
    tally.note(event)
    if (event.type === 'test:diagnostic' && event.data.file === undefined) counts.push(event)
    else report.write(event)
  }
  report.write({ type: 'test:stdout', data: { file: '', message: tally.describe() } })
  for (const event of counts) report.write(event)
  await new Promise((resolve) => report.once('end', resolve).end())
  return tally
}

process.exitCode = (await main()) ? 0 : 1
