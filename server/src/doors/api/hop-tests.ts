import type { HopTest } from '@mailkeep/contract'
import type { Clock } from '#ground/platform/clock.ts'
import { moment } from './answers/moment.ts'
import { problems } from './api-problem.ts'

export interface HopQuestion {
  readonly domain: string
  readonly recipient: string
  readonly who: string
  /** Whether servers of the inner network may be talked to. */
  readonly mayInner: boolean
}

type Found = Omit<HopTest, 'state' | 'startedAt'>

interface Running {
  readonly question: HopQuestion
  readonly startedAt: number
  found: Found | null
}

const keepMs = 10 * 60_000
const mostKept = 200
/** Tests that one person may start in a minute, and that run at a time. */
const mostAMinute = 10
const mostAtATime = 8
const nothing: Found = { ok: false, why: '', nextHop: '', target: '', tls: '', transcript: [] }

/** Tests of next hops: one of a domain at a time, kept for some minutes for whoever looks again. */
export class HopTests {
  readonly #clock: Clock
  readonly #probe: (question: HopQuestion) => Promise<Found>
  readonly #tests = new Map<string, Running>()

  constructor(clock: Clock, probe: (question: HopQuestion) => Promise<Found>) {
    this.#clock = clock
    this.#probe = probe
  }

  /** Starts one, unless one of the domain runs, and waits for it a moment. */
  async start(question: HopQuestion, waitMs: number): Promise<HopTest> {
    this.#forget()
    const key = keyOf(question)
    const known = this.#tests.get(key)
    if (known && known.found === null) return describe(known)
    this.#assertMayStart(question.who)
    const test: Running = { question, startedAt: this.#clock.now(), found: null }
    this.#tests.delete(key)
    this.#tests.set(key, test)
    const done = this.#probe(question).then(
      (found) => {
        test.found = found
      },
      (cause: unknown) => {
        test.found = { ...nothing, why: String((cause as Error).message) }
      },
    )
    let timer: NodeJS.Timeout | undefined
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, waitMs)
    })
    await Promise.race([done, late])
    clearTimeout(timer)
    return describe(test)
  }

  /** The latest of a domain, among those that somebody may see. */
  latest(domain: string, mayInner: boolean): HopTest {
    this.#forget()
    const found = this.#tests.get(keyOf({ domain, mayInner }))
    return found ? describe(found) : { state: 'none', startedAt: null, ...nothing }
  }

  #assertMayStart(who: string): void {
    const all = [...this.#tests.values()]
    const lately = all.filter(
      (each) => each.question.who === who && each.startedAt > this.#clock.now() - 60_000,
    )
    if (lately.length >= mostAMinute || all.filter((each) => each.found === null).length >= mostAtATime)
      throw problems.busy('Other tests run; try again in a minute.')
  }

  #forget(): void {
    for (const [key, { startedAt }] of this.#tests)
      if (startedAt < this.#clock.now() - keepMs || this.#tests.size > mostKept) this.#tests.delete(key)
  }
}

/** What the operator has seen of his inner network is not shown to others. */
function keyOf({ domain, mayInner }: Pick<HopQuestion, 'domain' | 'mayInner'>): string {
  return `${domain} ${mayInner}`
}

function describe({ startedAt, found }: Running): HopTest {
  const state = found === null ? 'running' : 'done'
  return { state, startedAt: moment(startedAt), ...(found ?? nothing) }
}
