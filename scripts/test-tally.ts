import { relative } from 'node:path'

/** An event of node's test runner, as far as it is looked at here. */
export interface TestEvent {
  readonly type: string
  readonly data: {
    readonly name?: string
    readonly file?: string
    /** The file that was run, where the test stands in one that it imports. */
    readonly entryFile?: string
    readonly skip?: string | boolean
    readonly message?: string
    readonly success?: boolean
    readonly nesting?: number
    readonly level?: string
    readonly details?: { readonly duration_ms?: number; readonly error?: TestError }
    /** Of `test:summary`: of one file, or of a whole run. */
    readonly counts?: Counts
    readonly duration_ms?: number
  }
}

/** Why a test failed: the kind by node, and what was thrown. */
interface TestError {
  /** Of the process of a file that failed as a whole. */
  readonly exitCode?: number | null
  readonly signal?: string | null
  readonly failureType?: string
  readonly message?: string
  readonly cause?: { readonly message?: string } | string
}

/** Reasons that begin so are no gap: such tests run with --long, and only then. */
const longReason = 'long'

type Counts = Readonly<Record<string, number>>

/** What node counts, and the names that its own summary has for it. */
const countNames: Readonly<Record<string, string>> = {
  tests: 'tests',
  suites: 'suites',
  passed: 'pass',
  failed: 'fail',
  cancelled: 'cancelled',
  skipped: 'skipped',
  todo: 'todo',
}

/** See tests/drills/rounds.ts. */
const firstRoundMissed = /^\w+, first round: (?!held)/

/** So many of the files that took longest are told. */
const slowestTold = 15

/** Counts what node's runner tells: failures, tests that were skipped with their reasons, and the time of each file. */
export class TestTally {
  #failed = 0
  #ran = 0
  readonly #skipped = new Map<string, number>()
  readonly #tookMs = new Map<string, number>()
  readonly #firstRounds: string[] = []
  readonly #again: string[] = []
  readonly #passedIn = new Set<string>()
  readonly #countsOf = new Map<string, Counts>()
  #counts: Counts = {}
  #durationMs = 0

  note({ type, data }: TestEvent): void {
    const file = data.entryFile ?? data.file
    if ((type === 'test:pass' || type === 'test:fail') && data.nesting === 0 && file !== undefined)
      this.#tookMs.set(file, (this.#tookMs.get(file) ?? 0) + (data.details?.duration_ms ?? 0))
    if (type === 'test:summary') this.#sum(data)
    if (type === 'test:diagnostic' && firstRoundMissed.test(data.message ?? ''))
      this.#firstRounds.push(data.message ?? '')
    if (type === 'test:fail') this.#failed += 1
    if (type !== 'test:pass') return
    if (data.skip === undefined || data.skip === false) {
      this.#ran += 1
      this.#passedIn.add(file ?? '')
      return
    }
    const reason = typeof data.skip === 'string' && data.skip !== '' ? data.skip : (data.name ?? '')
    if (reason.startsWith(longReason)) return
    this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + 1)
  }

  /** @param complete whether a skipped test counts as a failure */
  passed(complete: boolean): boolean {
    return this.#failed === 0 && this.#ran > 0 && !(complete && this.#skipped.size > 0)
  }

  /** The files whose tests took longest, in seconds: where a run that has grown too long can be made shorter. */
  slowest(root: string): string {
    const lines = [...this.#tookMs]
      .sort(([, a], [, b]) => b - a)
      .slice(0, slowestTold)
      .map(([file, ms]) => `  ${(ms / 1000).toFixed(1).padStart(6)} s  ${relative(root, file)}`)
    return `\nSlowest files:\n${lines.join('\n')}\n`
  }

  /** What drills and files missed that were run in a second round: passed they have, and yet somebody should look. Mostly empty. */
  secondRounds(): string {
    return `${listed('Drills', this.#firstRounds)}${listed('Files', this.#again)}`
  }

  /** The file is run once more: its tests count once. @param missed what failed at first, a line each */
  again(file: string, missed: readonly string[]): void {
    this.#again.push(...missed)
    this.#passedIn.delete(file)
    this.#counts = added(this.#counts, this.#countsOf.get(file) ?? {}, -1)
  }

  /** Some failed tests of the file are run once more: they count once. What they missed they have told. */
  againOf(file: string, count: number): void {
    this.#passedIn.delete(file)
    this.#counts = added(this.#counts, { tests: count, failed: count }, -1)
  }

  /** Whether a test of a file has passed: a run that was broken off tells nothing of it. */
  hasPassed(file: string): boolean {
    return this.#passedIn.has(file)
  }

  /** The counts of all runs together, in the words of node's own summary. */
  counts(): TestEvent[] {
    const lines = Object.entries(countNames).map(([key, name]) => `${name} ${this.#counts[key] ?? 0}`)
    return [...lines, `duration_ms ${this.#durationMs}`].map((message) => ({
      type: 'test:diagnostic',
      data: { nesting: 0, message, level: 'info' },
    }))
  }

  #sum({ file, counts = {}, duration_ms = 0 }: TestEvent['data']): void {
    if (file !== undefined) {
      this.#countsOf.set(file, counts)
      return
    }
    this.#counts = added(this.#counts, counts, 1)
    this.#durationMs += duration_ms
  }

  /** What was skipped, a line for each reason; empty where nothing was. */
  describe(): string {
    if (this.#skipped.size === 0) return '\n'
    const lines = [...this.#skipped].map(([reason, count]) => `  ${count} x ${reason}`)
    return `\nSkipped (with CI set this fails the run):\n${lines.join('\n')}\n\n`
  }
}

function listed(what: string, lines: readonly string[]): string {
  if (lines.length === 0) return ''
  return `\n${what} that needed a second round:\n${lines.map((each) => `  ${each}`).join('\n')}\n`
}

function added(sum: Counts, counts: Counts, times: 1 | -1): Counts {
  return Object.fromEntries(
    Object.keys(countNames).map((key) => [key, (sum[key] ?? 0) + times * (counts[key] ?? 0)]),
  )
}
