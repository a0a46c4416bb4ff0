/**
 * `npm test`: the checks of the sources, then every test suite. Node's own summary is the last thing printed.
 * `npm test -- --long` runs the long drills too. With CI set, a test that was skipped counts as a failure: there
 * everything that suites need is installed, so a skipped one would prove nothing.
 */
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { parseArgs } from 'node:util'
import { describeChecks, root, runChecks, staticChecks } from './run-checks.ts'
import { sumCounts, type TestEvent, TestTally } from './test-tally.ts'

/** Suites in the order in which they begin. What takes minutes comes first, so that no lane works alone at the end. */
const suites = [
  'tests/drills/drills-scanners.test.ts',
  'tests/drills/drills-people.test.ts',
  // Not all drills side by side: each puts its site under load.
  'tests/stories/*.test.ts',
  'tests/drills/*.test.ts',
  'tests/scenarios/*.test.ts',
  'tests/suites/*.test.ts',
  'server/src/**/*.test.ts',
  'contract/src/**/*.test.ts',
  'console/src/**/*.test.ts',
  'scripts/*.test.ts',
]
/** They compare delays of milliseconds, and run one by one when nothing else does. */
const alone = /\.alone\.test\.ts$/
/** Longest time for everything, so that a hanging suite ends as a failure with a name. */
const limitMs = 60 * 60_000
const limitLongMs = 6 * 60 * 60_000
/** Longest time for one file. */
const fileLimitMs = 20 * 60_000
const fileLimitLongMs = 3 * 60 * 60_000

/** Files at a time: most of them wait for clocks and processes more than they compute. */
const lanes = Math.min(4, availableParallelism() + 1)

interface Limits {
  readonly all: AbortSignal
  readonly fileMs: number
}

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    options: { long: { type: 'boolean' } },
    allowPositionals: true,
  })
  const checks = await runChecks(staticChecks, 2)
  console.log(`${describeChecks(checks)}\n`)
  if (values.long) process.env.MAILKEEP_LONG = '1'
  const tally = await runSuites(positionals.length > 0 ? positionals : suites, {
    all: AbortSignal.timeout(values.long ? limitLongMs : limitMs),
    fileMs: values.long ? fileLimitLongMs : fileLimitMs,
  })
  return checks.every((each) => each.passed) && tally.passed(process.env.CI !== undefined)
}

async function runSuites(patterns: readonly string[], limits: Limits): Promise<TestTally> {
  const files = [...new Set(patterns.flatMap((each) => globSync(each, { cwd: root }).sort()))]
  const tally = new TestTally()
  const report = spec()
  report.pipe(process.stdout)
  // The counts of the whole run wait until our own lines are out, so that they are the last to be read.
  const counts: TestEvent[] = []
  for (const [some, atATime] of [
    [files.filter((each) => !alone.test(each)), lanes],
    [files.filter((each) => alone.test(each)), 1],
  ] as const) {
    if (some.length === 0) continue
    for await (const event of eventsOf(some, atATime, limits)) {
      tally.note(event)
      if (event.type === 'test:diagnostic' && event.data.file === undefined) counts.push(event)
      else report.write(event)
    }
  }
  report.write({
    type: 'test:stdout',
    data: { file: '', message: `${tally.slowest(root)}${tally.describe()}` },
  })
  for (const event of sumCounts(counts)) report.write(event)
  await new Promise((resolve) => report.once('end', resolve).end())
  return tally
}

function eventsOf(files: readonly string[], concurrency: number, limits: Limits): AsyncIterable<TestEvent> {
  return run({
    files: files.map((each) => join(root, each)),
    cwd: root,
    concurrency,
    timeout: limits.fileMs,
    // A test that failed half way must not keep its file alive; what it started ends with it.
    forceExit: true,
    signal: limits.all,
  }) as AsyncIterable<TestEvent>
}

process.exitCode = (await main()) ? 0 : 1
