import type { Target } from './target.ts'

interface Took {
  readonly at: number
  readonly ms: number
}

interface Health {
  failures: number
  outUntil: number
  /** When it came back from being out; grows to its full share from there. */
  backSince: number
  /** Its latest messages: when each was done, and the milliseconds that it took. */
  took: Took[]
}

/** A target is out for this long after its first failure, then twice as long each time, up to the last. */
const firstOutMs = 15_000
const longestOutMs = 300_000
const remembered = 100
const enoughToCompare = 20
/** What is faster than this is not slow, whatever the others are. */
const leastSlowMs = 100
/** Fewer slow messages than this may be chance: a busy machine holds up one or two of one target alone. */
const enoughSlow = 5

/**
 * Which of several servers behind one next hop are believed in. What counts is whether they answer, not whether
 * an address list names them: a target that fails is out at once, comes back on trial, and grows from a tenth
 * of its share to all of it. One that takes more than twice as long as its peers is out as well (PL-06, PL-10).
 */
export class TargetHealth {
  readonly #health = new Map<string, Health>()
  readonly #slowStartMs: number
  readonly #now: () => number
  readonly #random: () => number

  constructor(slowStartMs: number, now: () => number, random: () => number) {
    this.#slowStartMs = slowStartMs
    this.#now = now
    this.#random = random
  }

  /**
   * Orders equal targets for one connection: those in good standing first, in random order by their share;
   * those that are out last, for when nobody else answers.
   */
  order(targets: readonly Target[]): Target[] {
    if (targets.length < 2) return [...targets]
    const now = this.#now()
    return targets
      .map((target) => {
        const health = this.#health.get(keyOf(target))
        const out = health !== undefined && health.outUntil > now
        return { target, out, key: this.#random() ** (1 / this.#share(health, now)) }
      })
      .sort((a, b) => Number(a.out) - Number(b.out) || b.key - a.key)
      .map(({ target }) => target)
  }

  /** Targets that are out now, for the queue page and alarms. */
  out(targets: readonly Target[]): Target[] {
    const now = this.#now()
    return targets.filter((each) => (this.#health.get(keyOf(each))?.outUntil ?? 0) > now)
  }

  failed(target: Target): void {
    const health = this.#of(target)
    // Several tries under way fail together; they count once, or one burst would keep it out for the longest time.
    if (health.outUntil > this.#now()) return
    health.failures += 1
    health.outUntil = this.#now() + Math.min(longestOutMs, firstOutMs * 2 ** (health.failures - 1))
    health.took = []
  }

  succeeded(target: Target, tookMs: number): void {
    const health = this.#of(target)
    if (health.failures > 0) {
      health.failures = 0
      health.outUntil = 0
      health.backSince = this.#now()
    }
    health.took.push({ at: this.#now(), ms: tookMs })
    if (health.took.length > remembered) health.took.shift()
  }

  /**
   * Looks for the slowest target that is much slower than its peers, and takes it out. Answers it, or null. Either its
   * middle message has to be slow as well, or so many of them at more than one moment: one moment in which a machine
   * stands still hits all that are under way to one target at a time.
   */
  ejectSlowest(targets: readonly Target[]): Target | null {
    const ranked = targets
      .map((target) => ({ target, health: this.#of(target) }))
      .filter(({ health }) => health.took.length >= enoughToCompare && health.outUntil <= this.#now())
      .map(({ target, health: { took } }) => {
        const all = took.map(({ ms }) => ms)
        return { target, took, p95: percentile(all, 0.95), middle: percentile(all, 0.5) }
      })
      .sort((a, b) => b.p95 - a.p95)
    const half = Math.ceil(ranked.length / 2)
    const peer = ranked[half]
    if (!peer) return null
    const isSlow = ({ took, p95, middle }: (typeof ranked)[number]) =>
      p95 >= leastSlowMs &&
      p95 > 2 * peer.p95 &&
      ((middle >= leastSlowMs && middle > 2 * peer.middle) ||
        isSlowAgainAndAgain(took, Math.max(leastSlowMs, 2 * peer.p95)))
    const slowest = ranked.slice(0, half).find(isSlow)
    if (!slowest) return null
    this.failed(slowest.target)
    return slowest.target
  }

  #share(health: Health | undefined, now: number): number {
    if (!health || health.backSince === 0) return 1
    return Math.min(1, 0.1 + (0.9 * (now - health.backSince)) / this.#slowStartMs)
  }

  #of(target: Target): Health {
    const key = keyOf(target)
    let health = this.#health.get(key)
    if (!health) this.#health.set(key, (health = { failures: 0, outUntil: 0, backSince: 0, took: [] }))
    return health
  }
}

function keyOf(target: Target): string {
  return `${target.ip} ${target.port}`
}

/** Whether a tenth of the messages and some at least took longer, and there was no moment at which all of those were under way. */
function isSlowAgainAndAgain(took: readonly Took[], limitMs: number): boolean {
  const slow = took.filter(({ ms }) => ms > limitMs)
  const lastBegun = Math.max(...slow.map(({ at, ms }) => at - ms))
  const firstDone = Math.min(...slow.map(({ at }) => at))
  return slow.length >= Math.max(enoughSlow, took.length / 10) && lastBegun > firstDone
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
