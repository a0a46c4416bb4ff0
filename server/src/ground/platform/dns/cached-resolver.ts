import type { Clock } from '../clock.ts'
import type { DnsClient } from './dns-client.ts'
import type { TimedAnswer } from './dns-message.ts'
import { normalizeDomainName } from './domain-name.ts'
import { type DnsAnswer, isTemporary, type RecordType, type Resolver } from './resolver.ts'
import { answerSpecialName } from './special-names.ts'

const second = 1000
/** Bounds of how long an answer is kept, whatever its TTL says. */
const shortestMs = second
const longestMs = 24 * 3600 * second
/** "There is none" is kept for no longer than this (RFC 2308, 5 allows hours): people mend their zones. */
const longestNegativeMs = 15 * 60 * second
const defaultNegativeMs = 60 * second
/** A failure is kept only so long that a burst of mail does not repeat it. */
const failureMs = second
const maxFailures = 5000

export interface CachedResolverOptions {
  /** Answers kept. */
  readonly maxEntries: number
  /** How long an expired answer may stand in while no server answers, in milliseconds. */
  readonly staleForMs: number
  /** Whether special-use names (RFC 6761) are answered here; false where servers are configured, which may serve such zones. */
  readonly answerSpecialNames: boolean
}

interface Entry {
  readonly answer: DnsAnswer<RecordType>
  readonly freshUntil: number
}

/**
 * A resolver that keeps answers for their time, asks each question once at a time, and lets expired
 * answers stand in while no server answers (RFC 8767), marked as stale.
 */
export function createCachedResolver(
  client: Pick<DnsClient, 'ask'>,
  clock: Clock,
  options: CachedResolverOptions,
): Resolver {
  return new CachedResolver(client, clock, options)
}

class CachedResolver implements Resolver {
  readonly #client: Pick<DnsClient, 'ask'>
  readonly #clock: Clock
  readonly #options: CachedResolverOptions
  /** Oldest use first: a Map keeps the order in which keys were set. */
  readonly #entries = new Map<string, Entry>()
  readonly #failures = new Map<string, Entry>()
  readonly #underWay = new Map<string, Promise<DnsAnswer<RecordType>>>()

  constructor(client: Pick<DnsClient, 'ask'>, clock: Clock, options: CachedResolverOptions) {
    this.#client = client
    this.#clock = clock
    this.#options = options
  }

  lookup<T extends RecordType>(asked: string, type: T): Promise<DnsAnswer<T>> {
    const name = normalizeDomainName(asked)
    if (name === null) return Promise.resolve({ status: 'nxdomain' })
    const special = this.#options.answerSpecialNames ? answerSpecialName(name, type) : null
    if (special !== null) return Promise.resolve(special)
    const key = `${type} ${name}`
    const now = this.#clock.now()
    const entry = this.#entries.get(key)
    if (entry !== undefined && entry.freshUntil > now) {
      this.#touch(key, entry)
      return Promise.resolve(entry.answer as DnsAnswer<T>)
    }
    const failure = this.#failures.get(key)
    if (failure !== undefined && failure.freshUntil > now) {
      return Promise.resolve((this.#stale(key) ?? failure.answer) as DnsAnswer<T>)
    }
    const running = this.#underWay.get(key) ?? this.#ask(key, name, type)
    return running as Promise<DnsAnswer<T>>
  }

  #ask(key: string, name: string, type: RecordType): Promise<DnsAnswer<RecordType>> {
    const asking = this.#client.ask(name, type).then((timed) => {
      this.#underWay.delete(key)
      if (!isTemporary(timed.answer)) return this.#keep(key, timed)
      this.#keepFailure(key, timed.answer)
      return this.#stale(key) ?? timed.answer
    })
    this.#underWay.set(key, asking)
    return asking
  }

  #keep(key: string, timed: TimedAnswer<RecordType>): DnsAnswer<RecordType> {
    const { answer, ttl } = timed
    const wanted = ttl === null ? defaultNegativeMs : ttl * second
    const longest = answer.status === 'found' ? longestMs : longestNegativeMs
    const keepMs = Math.min(Math.max(wanted, shortestMs), longest)
    this.#touch(key, { answer, freshUntil: this.#clock.now() + keepMs })
    this.#failures.delete(key)
    trim(this.#entries, this.#options.maxEntries)
    return answer
  }

  #keepFailure(key: string, answer: DnsAnswer<RecordType>): void {
    this.#failures.delete(key)
    this.#failures.set(key, { answer, freshUntil: this.#clock.now() + failureMs })
    trim(this.#failures, maxFailures)
  }

  #stale(key: string): DnsAnswer<RecordType> | null {
    const entry = this.#entries.get(key)
    if (entry === undefined || entry.freshUntil + this.#options.staleForMs <= this.#clock.now()) return null
    return { ...entry.answer, stale: true } as DnsAnswer<RecordType>
  }

  #touch(key: string, entry: Entry): void {
    this.#entries.delete(key)
    this.#entries.set(key, entry)
  }
}

function trim(map: Map<string, Entry>, most: number): void {
  while (map.size > most) {
    const oldest = map.keys().next().value
    if (oldest === undefined) return
    map.delete(oldest)
  }
}
