/**
 * `npm test`: the checks of the sources, then every test suite. Node's own summary is the last thing printed.
 * `npm test -- --long` runs the long drills too, and kills a backup at every point. With CI set, a test that was skipped counts as a failure: there
 * everything that suites need is installed, so a skipped one would prove nothing.
 */
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, relative } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { parseArgs } from 'node:util'
import { describeFileEnd } from './file-end.ts'
import { withMemoryFolder } from './memory-folder.ts'
import { describeChecks, root, runChecks, staticChecks } from './run-checks.ts'
import { type Again, drillRound, TestRounds } from './test-rounds.ts'
import { type TestEvent, TestTally } from './test-tally.ts'
import { slowUnits } from './unit-files.ts'

/** What computes, and says of some of it that it is quick: each half has a processor for itself. */
const units = /^scripts\/unit-tests-\w+\.ts$/
const unitLanes = 2
/** Suites in the order in which they begin. What takes minutes comes first, so that no lane works alone at the end. */
const suites = [
  'scripts/unit-tests-*.ts',
  'tests/drills/drills-scanners.test.ts',
  'tests/drills/drills-people.test.ts',
  // Not all drills side by side: each puts its site under load.
  'tests/stories/*.test.ts',
  'tests/drills/*.test.ts',
  'tests/scenarios/*.test.ts',
  'tests/suites/*.test.ts',
  ...slowUnits,
]
/** They compare delays of milliseconds, and run one by one when nothing else does. */
const alone = /\.alone\.test\.ts$/
/** They judge by the seconds of clocks and compute little: two of them do not disturb each other, all else would. */
const calm = /\.calm\.test\.ts$/
const calmLanes = 2
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
  if (values.long) process.env.LONG_TESTS = '1'
  const tally = await runSuites(positionals.length > 0 ? positionals : suites, {
    all: AbortSignal.timeout(values.long ? limitLongMs : limitMs),
    fileMs: values.long ? fileLimitLongMs : fileLimitMs,
  })
  return checks.every((each) => each.passed) && tally.passed(process.env.CI !== undefined)
}

/** Runs files and tells of them as they go. */
class Runner {
  readonly tally = new TestTally()
  readonly #report = spec()
  readonly #limits: Limits

  constructor(limits: Limits) {
    this.#limits = limits
    this.#report.pipe(process.stdout)
  }

  /**
   * @param seen what is told of an event, where that is something else than the event
   * @param only names of the tests that are run; none: all
   */
  async run(
    files: readonly string[],
    atATime: number,
    seen = (event: TestEvent): TestEvent => event,
    only: readonly string[] = [],
  ): Promise<void> {
    if (files.length === 0) return
    for await (const event of eventsOf(files, atATime, this.#limits, only)) {
      const told = seen(event)
      if (told === event) this.tally.note(event)
      if (describeFileEnd(event) !== '') this.say(describeFileEnd(event))
      // The counts of the whole run are the last to be read.
      if (event.type !== 'test:diagnostic' || event.data.file !== undefined) this.#report.write(told)
    }
  }

  /** A failure that was not told when it came. */
  fail(event: TestEvent): void {
    const data = { ...event.data, nesting: 0 }
    for (const each of [
      { type: 'test:start', data },
      { ...event, data },
    ])
      this.#report.write(each)
    this.tally.note(event)
  }

  say(message: string): void {
    this.#report.write({ type: 'test:stdout', data: { file: '', message } })
  }

  async end(): Promise<void> {
    this.say(`${this.tally.slowest(root)}${this.tally.secondRounds()}${this.tally.describe()}`)
    for (const event of this.tally.counts()) this.#report.write(event)
    await new Promise((resolve) => this.#report.once('end', resolve).end())
  }
}

async function runSuites(patterns: readonly string[], limits: Limits): Promise<TestTally> {
  const files = [...new Set(patterns.flatMap((each) => globSync(each, { cwd: root }).sort()))]
  const runner = new Runner(limits)
  const rounds = new TestRounds()
  const phaseOf = (file: string) => [units, alone, calm].find((each) => each.test(file)) ?? null
  const of = (phase: RegExp | null) => files.filter((each) => phaseOf(each) === phase)
  process.env[drillRound] = 'first'
  await withMemoryFolder(() => runner.run(of(units), unitLanes))
  await runner.run(of(null), lanes, (event) => rounds.note(event))
  await runner.run(of(calm), calmLanes, (event) => rounds.note(event))
  await runner.run(of(alone), 1, (event) => rounds.note(event))
  for (const event of rounds.stands()) runner.fail(event)
  process.env[drillRound] = 'second'
  for (const each of rounds.again()) await runAgain(runner, rounds, each)
  await runner.end()
  return runner.tally
}

/** The second round of a file, or of some drills of one, when all others are through. */
async function runAgain(runner: Runner, rounds: TestRounds, { file, only }: Again): Promise<void> {
  const name = relative(root, file)
  runner.say(`\nOnce more, with nothing beside it: ${[name, ...only].join(', ')}\n`)
  const missed = rounds.firstRoundOf(file).map((each) => `${name}, first round: ${each}`)
  // What drills missed they say themselves.
  if (only.length > 0) runner.tally.againOf(file, only.length)
  else runner.tally.again(file, missed)
  await runner.run([name], 1, undefined, only)
  if (!runner.tally.hasPassed(file)) for (const event of rounds.heldOf(file)) runner.fail(event)
}

function eventsOf(
  files: readonly string[],
  concurrency: number,
  limits: Limits,
  only: readonly string[],
): AsyncIterable<TestEvent> {
  return run({
    files: files.map((each) => join(root, each)),
    cwd: root,
    concurrency,
    timeout: limits.fileMs,
    // A test that failed half way must not keep its file alive; what it started ends with it.
    forceExit: true,
    execArgv: ['--import', join(root, 'scripts/say-all.ts')],
    signal: limits.all,
    ...(only.length > 0 && { testNamePatterns: only.map(patternOf) }),
  }) as AsyncIterable<TestEvent>
}

/** Matches the name of one test; what means something in a pattern stands for any character. */
function patternOf(name: string): RegExp {
  return new RegExp(`^${name.replace(/[^\w :]/g, '.')}$`)
}

process.exitCode = (await main()) ? 0 : 1
