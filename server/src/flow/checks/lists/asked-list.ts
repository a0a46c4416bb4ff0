import { randomInt } from 'node:crypto'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { ListHealth, type ListState } from './list-health.ts'
import { addressQuery, domainQuery, type ListAnswer, readListAnswer } from './list-query.ts'
import type { ListSpec } from './list-spec.ts'

/** Addresses of RFC 5782, 5 by family. */
const testAddresses = {
  4: { listed: '127.0.0.2', not: '127.0.0.1' },
  6: { listed: '::ffff:7f00:2', not: '::ffff:7f00:1' },
} as const

export type Family = 4 | 6 | 'domain'

/** What one list says about one question, and whether that counts. */
export interface Listing {
  readonly subject: string
  readonly answer: ListAnswer
  readonly state: ListState
}

/** One list, for one family of questions: it tests itself as it is asked. */
export class AskedList {
  readonly spec: ListSpec
  readonly family: Family
  readonly health: ListHealth
  #test: Promise<void> | null = null

  /** @param health what is known of it already */
  constructor(spec: ListSpec, family: Family, probationMs: number, health?: ListHealth) {
    this.spec = spec
    this.family = family
    this.health = health ?? new ListHealth(probationMs)
  }

  /**
   * Asks about addresses or domains, and tests the list beside that where it is due: what it says counts only as far
   * as it has proved itself. Never takes longer than `timeoutMs`; of a silent list only later mail sees the answers.
   */
  async ask(
    subjects: readonly string[],
    resolver: Resolver,
    now: number,
    timeoutMs: number,
  ): Promise<Listing[]> {
    if (this.health.needsTest(now)) this.#test ??= this.#runTest(resolver, now, timeoutMs)
    const silent = this.health.isSilent
    const asking = subjects.map(async (subject) => {
      const answer = await this.#lookup(resolver, subject, timeoutMs)
      this.health.note(answer)
      return { subject, answer }
    })
    if (silent) {
      for (const each of asking) each.catch(() => undefined)
      return []
    }
    const [answers] = await Promise.all([Promise.all(asking), this.#test])
    return answers.map((each) => ({ ...each, state: this.health.state() }))
  }

  async #runTest(resolver: Resolver, now: number, timeoutMs: number): Promise<void> {
    this.health.testing(now)
    const look = (subject: string) => this.#lookup(resolver, subject, timeoutMs)
    const { listed, not } = this.#testSubjects()
    const [mustList, mustNotList] = await Promise.all([
      Promise.all(listed.map(look)),
      Promise.all(not.map(look)),
    ])
    this.health.tested({ mustList, mustNotList }, now)
    this.#test = null
  }

  /** Beside the names of the RFC, one that nobody has asked before: a cache may keep what a list said yesterday. */
  #testSubjects(): { listed: string[]; not: string[] } {
    if (this.family === 'domain')
      return { listed: [this.spec.testName], not: ['invalid', `probe-${randomInt(1e12)}.invalid`] }
    const { listed, not } = testAddresses[this.family]
    const [a, b, c] = [randomInt(64, 128), randomInt(256), randomInt(256)]
    const fresh =
      this.family === 4 ? `127.${a}.${b}.${c}` : `::ffff:7f${a.toString(16)}:${(b * 256 + c).toString(16)}`
    return { listed: [listed], not: [not, fresh] }
  }

  async #lookup(resolver: Resolver, subject: string, timeoutMs: number): Promise<ListAnswer> {
    const name =
      this.family === 'domain' ? domainQuery(subject, this.spec.zone) : addressQuery(subject, this.spec.zone)
    if (name === null) return { kind: 'not-listed' }
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<ListAnswer>((resolve) => {
      timer = setTimeout(() => resolve({ kind: 'failed', why: `no answer in ${timeoutMs} ms` }), timeoutMs)
    })
    return Promise.race([resolver.lookup(name, 'A').then(readListAnswer), late]).finally(() =>
      clearTimeout(timer),
    )
  }
}
