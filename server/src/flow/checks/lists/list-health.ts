import type { ListAnswer } from './list-query.ts'

/** Whether a list says "listed" where it must, and nothing where it must not (RFC 5782, 5). */
export interface SelfTest {
  /** What it lists so that it can be tested. */
  readonly mustList: readonly ListAnswer[]
  readonly mustNotList: readonly ListAnswer[]
}

export interface ListState {
  readonly counts: boolean
  /** Why its answers weigh nothing; empty where they count. */
  readonly why: string
}

/** Answers that are remembered for telling that a list fails, or that it lists nearly everything. */
const remembered = 20
const fewest = 5
/** A listing counts where the list has proved itself within this time, or within a tenth of its probation. */
const provenForMs = 30_000
const shortestBetweenMs = 2000
/** Good tests in a row that a muted list must pass, spread over its probation. */
const testsOfProbation = 4

/**
 * Whether a list can be believed, by its self-tests and by how it answers.
 *
 *   unproven   not tested yet: its answers weigh nothing
 *   good       they count, as long as the latest test is fresh
 *   muted      it lists all or nothing, refuses, fails or stalls; it is asked and tested on, and comes back when it
 *              has passed its tests for the time of probation
 */
export class ListHealth {
  readonly #probationMs: number
  #why = 'it has not been tested yet'
  #muted = false
  #testedAt = Number.NEGATIVE_INFINITY
  #goodSince: number | null = null
  #goodTests = 0
  /** The latest answers: true listed, false not listed, null none. */
  readonly #latest: (boolean | null)[] = []

  constructor(probationMs: number) {
    this.#probationMs = probationMs
  }

  state(): ListState {
    return { counts: this.#why === '', why: this.#why }
  }

  get isMuted(): boolean {
    return this.#muted
  }

  /** It is known to be slow or silent: nobody should wait for it. */
  get isSilent(): boolean {
    return this.#muted && this.#share((each) => each === null) >= 0.5
  }

  /** Whether to test it now, before a listing of it may count; sooner where it lists nearly everything. */
  needsTest(now: number): boolean {
    const age = now - this.#testedAt
    if (this.#muted) return age >= this.#probationMs / testsOfProbation
    const listsAll = this.#latest.length === remembered && this.#share((each) => each === true) >= 0.8
    return age >= (listsAll ? shortestBetweenMs : Math.min(provenForMs, this.#probationMs / 10))
  }

  /** A test has begun. */
  testing(now: number): void {
    this.#testedAt = now
  }

  /** Takes in a self-test. */
  tested({ mustList, mustNotList }: SelfTest, now: number): void {
    const why = faultOf(mustList, mustNotList)
    if (why !== null) this.#mute(why)
    else {
      const failed = [...mustList, ...mustNotList].find((each) => each.kind === 'failed')
      if (!failed) this.#pass(now)
      // One test that failed says little about a list that answers; without any good one before, it proves nothing.
      else if (this.#why !== '') this.#spoil(`it does not answer: ${failed.why}`)
    }
  }

  /** Takes in the answer to a question about mail. */
  note(answer: ListAnswer): void {
    if (answer.kind === 'refused') {
      this.#mute(refusal(answer.code))
      return
    }
    this.#latest.push(answer.kind === 'failed' ? null : answer.kind === 'listed')
    if (this.#latest.length > remembered) this.#latest.shift()
    if (this.#latest.length >= fewest && this.#share((each) => each === null) >= 0.5)
      this.#mute(`it does not answer (${answer.kind === 'failed' ? answer.why : 'too often'})`)
  }

  #pass(now: number): void {
    if (!this.#muted) {
      this.#why = ''
      return
    }
    this.#goodSince ??= now
    this.#goodTests += 1
    if (this.#goodTests < testsOfProbation || now - this.#goodSince < this.#probationMs * 0.7) return
    this.#muted = false
    this.#why = ''
    this.#latest.length = 0
  }

  #mute(why: string): void {
    this.#muted = true
    this.#spoil(why)
  }

  #spoil(why: string): void {
    this.#why = why
    this.#goodSince = null
    this.#goodTests = 0
  }

  #share(is: (each: boolean | null) => boolean): number {
    return this.#latest.length === 0 ? 0 : this.#latest.filter(is).length / this.#latest.length
  }
}

/** Why a list is muted whose listings were wrong; of one that is silent or refuses they may have been right. */
export const listsAll = 'it lists what no list may list'

/** What is wrong with a list by its test; null: nothing, as far as it answered. */
function faultOf(mustList: readonly ListAnswer[], mustNotList: readonly ListAnswer[]): string | null {
  const refused = [...mustList, ...mustNotList].find((each) => each.kind === 'refused')
  if (refused) return refusal(refused.code)
  if (mustNotList.some((each) => each.kind === 'listed')) return listsAll
  return mustList.some((each) => each.kind === 'not-listed') ? 'it does not list its own test entry' : null
}

function refusal(code: string): string {
  return `it refuses to answer (${code})`
}
