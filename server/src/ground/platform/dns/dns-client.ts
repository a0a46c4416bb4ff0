import { askServer } from './ask-server.ts'
import type { TimedAnswer } from './dns-message.ts'
import type { DnsServerAddress } from './dns-server-address.ts'
import { normalizeDomainName } from './domain-name.ts'
import { isTemporary, type RecordType } from './resolver.ts'
import { type DnsServerState, ServerHealth } from './server-health.ts'

/** Servers asked for one look-up; more would only make a failure slower. */
const maxServersAsked = 4
const probeMs = 1000

export interface DnsClientOptions {
  readonly servers: readonly DnsServerAddress[]
  /** Time for one answer of one server, in milliseconds. */
  readonly timeoutMs: number
  /** Look-ups under way at a time; each has a socket a server asked. */
  readonly maxConcurrent?: number
  /** Whether these servers are believed when they say that they have validated an answer; see DnsAnswer.secure. */
  readonly validates?: boolean
  /** Look-ups that wait for their turn; more are failed at once. */
  readonly maxQueued?: number
}

/** Asks DNS servers. No cache: see createCachedResolver. */
export interface DnsClient {
  /** Never throws; failures come as answers. */
  ask<T extends RecordType>(name: string, type: T): Promise<TimedAnswer<T>>
  /** Whether any server has ever answered anything, "no such name" included. */
  hasEverAnswered(): boolean
  servers(): DnsServerState[]
  /** Ends what is under way; look-ups after it fail at once. */
  close(): void
}

/** A stub resolver over UDP and TCP that asks several servers and gets a second opinion on failures. */
export function createDnsClient(options: DnsClientOptions): DnsClient {
  return new StubResolver(options)
}

class StubResolver implements DnsClient {
  readonly #timeoutMs: number
  readonly #maxConcurrent: number
  readonly #maxQueued: number
  readonly #health: ServerHealth[]
  readonly #closed = new AbortController()
  readonly #waiting: (() => void)[] = []
  readonly #validates: boolean
  #underWay = 0
  #answered = false

  constructor(options: DnsClientOptions) {
    this.#timeoutMs = options.timeoutMs
    this.#validates = options.validates ?? false
    this.#maxConcurrent = options.maxConcurrent ?? 200
    this.#maxQueued = options.maxQueued ?? 5000
    // The root's name servers: the one thing that every resolver knows, or at least answers for.
    const probe = async (server: DnsServerAddress) =>
      (await askServer(server, '.', 'NS', Math.min(probeMs, this.#timeoutMs), this.#closed.signal)).reached
    this.#health = options.servers.map((server) => new ServerHealth(server, probe, () => performance.now()))
  }

  hasEverAnswered(): boolean {
    return this.#answered
  }

  servers(): DnsServerState[] {
    return this.#health.map((each) => each.state())
  }

  close(): void {
    this.#closed.abort()
  }

  async ask<T extends RecordType>(asked: string, type: T): Promise<TimedAnswer<T>> {
    const name = normalizeDomainName(asked)
    if (name === null) return { answer: { status: 'nxdomain' }, ttl: null }
    if (this.#closed.signal.aborted) return noAnswer('the DNS client is closed')
    if (this.#underWay >= this.#maxConcurrent) {
      if (this.#waiting.length >= this.#maxQueued) return noAnswer('too many look-ups wait')
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    this.#underWay += 1
    try {
      return await this.#askServers(name, type)
    } finally {
      this.#underWay -= 1
      this.#waiting.shift()?.()
    }
  }

  /**
   * Asks the servers one after the other: the next one at once when one fails, and beside it when one
   * has been silent for a third of its time. The first answer that says something ends the others;
   * where none does, the last failure stands, with the most telling status.
   */
  #askServers<T extends RecordType>(name: string, type: T): Promise<TimedAnswer<T>> {
    const servers = this.#health.filter((each) => each.isUp()).slice(0, maxServersAsked)
    if (servers.length === 0) return Promise.resolve(noAnswer('no DNS server answers'))
    return new Promise((resolve) => {
      const stop = new AbortController()
      const signal = AbortSignal.any([stop.signal, this.#closed.signal])
      let next = 0
      let open = 0
      let failure: TimedAnswer<T> | null = null
      let hedge: NodeJS.Timeout | undefined
      const overtaken = new Set<ServerHealth>()
      const end = (timed: TimedAnswer<T>) => {
        clearTimeout(hedge)
        stop.abort()
        resolve(this.#validates ? timed : unvalidated(timed))
      }
      const start = () => {
        clearTimeout(hedge)
        const health = servers[next++]
        if (health === undefined) return
        open += 1
        const overtake = () => {
          overtaken.add(health)
          start()
        }
        if (next < servers.length) hedge = setTimeout(overtake, this.#timeoutMs / 3)
        void askServer(health.server, name, type, this.#timeoutMs, signal).then((result) => {
          open -= 1
          if (stop.signal.aborted) {
            // Given up for another's answer: a server that is always overtaken must not stay first in line.
            if (overtaken.has(health)) health.count('timeout', false)
            return
          }
          this.#note(health, result.timed, result.reached)
          if (!isTemporary(result.timed.answer)) return end(result.timed)
          failure = moreTelling(failure, result.timed)
          if (next < servers.length) start()
          else if (open === 0) end(failure)
        })
      }
      start()
    })
  }

  #note(health: ServerHealth, timed: TimedAnswer<RecordType>, reached: boolean): void {
    const { status } = timed.answer
    const failed = status === 'servfail' || status === 'refused' || status === 'timeout'
    health.count(failed ? status : 'answered', reached)
    if (!failed) this.#answered = true
  }
}

/** Of two failures the one that came from a server says more than silence. */
function moreTelling<T extends RecordType>(
  one: TimedAnswer<T> | null,
  other: TimedAnswer<T>,
): TimedAnswer<T> {
  return one === null || one.answer.status === 'timeout' ? other : one
}

function noAnswer<T extends RecordType>(reason: string): TimedAnswer<T> {
  return { answer: { status: 'timeout', reason }, ttl: null }
}

/** Anybody between a server and us could have set the bit that says so. */
function unvalidated<T extends RecordType>(timed: TimedAnswer<T>): TimedAnswer<T> {
  if (!('secure' in timed.answer)) return timed
  const { secure: _said, ...answer } = timed.answer
  return { ...timed, answer: answer as TimedAnswer<T>['answer'] }
}
