import type { Part } from '@mailkeep/contract'
import type { Clock } from '#ground/platform/clock.ts'

/** Questions that may be on their way to the stores at a time; more are answered "busy". */
const mostUnderWay = 48

/**
 * Asks the stores on behalf of people, who must not be kept waiting and must not be a burden: an answer comes within
 * the time or is said to be missing, the same question is asked once at a time however many want to know, and a store
 * that is away is not buried in questions.
 */
export class StoreReads {
  readonly #clock: Clock
  readonly #waitMs: number
  readonly #underWay = new Map<string, { readonly answer: Promise<unknown>; readonly since: number }>()
  readonly #missingSince = new Map<string, number>()
  #completeUpTo: number | null = null

  constructor(clock: Clock, waitMs: number) {
    this.#clock = clock
    this.#waitMs = waitMs
  }

  /** When a question was last answered in time, as a moment before its reading began; null: never. */
  get completeUpTo(): string | null {
    return this.#completeUpTo === null ? null : new Date(this.#completeUpTo).toISOString()
  }

  /**
   * Asks one question.
   * @param name the part of the answer, for telling since when it is missing
   * @param key tells the question from others of its name
   */
  async ask<Value>(name: string, key: string, read: () => Promise<Value>): Promise<Part<Value>> {
    const question = `${name} ${key}`
    const askedAt = this.#clock.now()
    if (!this.#underWay.has(question) && this.#underWay.size >= mostUnderWay)
      return this.#missing(name, 'the store is busy with other questions')
    const { answer, since } = this.#join(question, read)
    // Who asks again what has been waited for in vain hears so at once.
    const waitMs = since + this.#waitMs - performance.now()
    try {
      const value = await withinTime(answer, Math.max(0, waitMs))
      if (value === late) return this.#missing(name, `the store has not answered within ${this.#waitMs} ms`)
      this.#missingSince.delete(name)
      this.#completeUpTo = Math.max(this.#completeUpTo ?? 0, askedAt)
      return { value: value as Value, missing: null }
    } catch (cause) {
      return this.#missing(name, `the store failed: ${(cause as Error).message}`)
    }
  }

  /** The answer of a question that is already under way, or of a new one. */
  #join(question: string, read: () => Promise<unknown>): { answer: Promise<unknown>; since: number } {
    const known = this.#underWay.get(question)
    if (known) return known
    const answer = read().finally(() => this.#underWay.delete(question))
    const joined = { answer, since: performance.now() }
    this.#underWay.set(question, joined)
    return joined
  }

  #missing(name: string, why: string): Part<never> {
    const since = this.#missingSince.get(name) ?? this.#clock.now()
    this.#missingSince.set(name, since)
    return { value: null, missing: { since: new Date(since).toISOString(), why } }
  }
}

const late = Symbol('late')

async function withinTime(answer: Promise<unknown>, waitMs: number): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise((resolve) => {
    timer = setTimeout(() => resolve(late), waitMs)
  })
  // The loser of the race may still fail after nobody listens any more.
  answer.catch(() => undefined)
  try {
    return await Promise.race([answer, timeout])
  } finally {
    clearTimeout(timer)
  }
}
