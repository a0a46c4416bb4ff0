import { relative } from 'node:path'

/** An event of node's test runner, as far as it is looked at here. */
export interface TestEvent {
  readonly type: string
  readonly data: {
    readonly name?: string
    readonly file?: string
    readonly skip?: string | boolean
    readonly message?: string
    readonly success?: boolean
    readonly nesting?: number
    readonly details?: { readonly duration_ms?: number }
  }
}

/** Reasons that begin so are no gap: such tests run with --long, and only then. */
const longReason = 'long'

/** So many of the files that took longest are told. */
const slowestTold = 15

/** Counts what node's runner tells: failures, tests that were skipped with their reasons, and the time of each file. */
export class TestTally {
  #failed = 0
  #ran = 0
  readonly #skipped = new Map<string, number>()
  readonly #tookMs = new Map<string, number>()

  note({ type, data }: TestEvent): void {
    if ((type === 'test:pass' || type === 'test:fail') && data.nesting === 0 && data.file !== undefined)
      this.#tookMs.set(data.file, (this.#tookMs.get(data.file) ?? 0) + (data.details?.duration_ms ?? 0))
    if (type === 'test:fail') this.#failed += 1
    if (type !== 'test:pass') return
    if (data.skip === undefined || data.skip === false) {
      this.#ran += 1
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

  /** What was skipped, a line for each reason; empty where nothing was. */
  describe(): string {
    if (this.#skipped.size === 0) return '\n'
    const lines = [...this.#skipped].map(([reason, count]) => `  ${count} x ${reason}`)
    return `\nSkipped (with CI set this fails the run):\n${lines.join('\n')}\n\n`
  }
}

/** Counts of several runs (`tests 5`, `duration_ms 812.3`) as those of one; what is no count is left out. */
export function sumCounts(events: readonly TestEvent[]): TestEvent[] {
  const sums = new Map<string, { readonly event: TestEvent; readonly sum: number }>()
  for (const event of events) {
    const [, name, count] = /^(\w+) ([\d.]+)$/.exec(event.data.message ?? '') ?? []
    if (name === undefined) continue
    sums.set(name, { event, sum: (sums.get(name)?.sum ?? 0) + Number(count) })
  }
  return [...sums].map(([name, { event, sum }]) => ({
    ...event,
    data: { ...event.data, message: `${name} ${sum}` },
  }))
}
