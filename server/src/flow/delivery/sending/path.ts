import { type BounceClass, bounceClasses } from '#ground/bounces/bounce-classes.ts'
import { LastMinute } from './last-minute.ts'

/** What a try over a path came to. `listed`: the refusal was aimed at our address. */
export const pathResults = ['taken', 'deferred', 'slow', 'listed', 'judged'] as const
export type PathResult = (typeof pathResults)[number]

export interface PathTimes {
  /** How long an address stays away from a receiver that blocks it, the first time; doubles up to eight times that. */
  readonly outMs: number
  /** How long a receiver that throttles is left alone, the first time; doubles up to ten times that. */
  readonly slowMs: number
  /** After so long without trouble the pace grows by a step; also how often a poor path is tried. */
  readonly stepMs: number
}

/** What a path has learnt, as it is kept. */
export interface PathMemory {
  /** Null: no limit is known. */
  readonly perMinute: number | null
  readonly ceiling: number | null
  readonly searching: boolean
  readonly quietUntil: number
  readonly outUntil: number
  readonly outs: number
  readonly slows: number
  readonly recent: readonly PathResult[]
  readonly listedAt: readonly number[]
  readonly steppedAt: number
  readonly troubleAt: number
  readonly words: string
}

/** Latest results that are looked at. */
const remembered = 20
/** Messages that were taken in the last minute and are remembered: more is a pace that nobody limits. */
const mostTaken = 2000
const listedEnough = 3
const listedShare = 0.25
const poorEnough = 3
const poorShare = 0.5
/** A pace grows by these: while nothing is known but that a burst was too much, below what was too fast, and about there. */
const growth = { search: 2, below: 1.4, near: 1.1 }
/** Of a pace that was too fast, as much is left; a search that has found its end goes back to before its last step. */
const backOff = { search: 0.5, paced: 0.8 }
/** What was taken in less than this of the last minute says nothing of what may be taken in a whole one. */
const burstMs = 30_000
/** A learned pace is forgotten when it has grown to this many times what was taken in the best minute. */
const forgetAt = 20

/**
 * One of our addresses towards one receiver, and all that replies have taught about it.
 *
 *   good      carries mail, at a pace without limit until the receiver says otherwise
 *   paced     the receiver throttled: nothing for a while, then less a minute than it took before; grows again
 *   poor      most tries are put off here: siblings are preferred, one message each step tries again
 *   out       the receiver blocks the address: no mail until `outUntil`, then one message decides
 */
export class Path {
  readonly ip: string
  readonly receiver: string
  /** Messages a minute; Infinity: no limit known. */
  perMinute = Infinity
  quietUntil = 0
  outUntil = 0
  /** Messages that a connection carries before the receiver ends it. */
  perConnection = Infinity
  sent = 0
  /** Its place in the line of its siblings: the one with the least carries the next message. */
  turn = 0
  reserved = 0
  lastWords = ''
  /** Something was learnt that is not kept yet. */
  isChanged = false
  readonly #times: PathTimes
  #recent: PathResult[] = []
  readonly #taken = new LastMinute(mostTaken)
  #listedAt: number[] = []
  #outs = 0
  #slows = 0
  /** The slowest pace that is known to be too fast; Infinity: none is. */
  #ceiling = Infinity
  /** The pace is that of a burst: the true one is looked for in big steps. */
  #searching = false
  #tokens = 1
  #tokensAt = 0
  #steppedAt = 0
  #troubleAt = 0
  #triedAt = 0
  #onTrial = false

  constructor(ip: string, receiver: string, times: PathTimes) {
    this.ip = ip
    this.receiver = receiver
    this.#times = times
  }

  isOut(now: number): boolean {
    return this.outUntil > now || (this.#onTrial && now - this.#triedAt < this.#times.stepMs)
  }

  /** Whether most of what it carries is put off. */
  get isPutOff(): boolean {
    return this.#share('deferred') >= poorShare
  }

  /** The same, and it is not its turn to try again. */
  isPoor(now: number): boolean {
    return this.isPutOff && now - this.#triedAt < this.#times.stepMs
  }

  /** Milliseconds until it may carry a message; 0: now. */
  waitMs(now: number): number {
    if (this.quietUntil > now) return this.quietUntil - now
    if (this.perMinute === Infinity) return 0
    this.#refill(now)
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) / this.perMinute) * 60_000)
  }

  /** A message goes over it now. */
  use(now: number): void {
    this.sent += 1
    this.turn += 1
    this.#triedAt = now
    if (this.outUntil !== 0 && this.outUntil <= now) this.#onTrial = true
    if (this.perMinute === Infinity) return
    this.#refill(now)
    this.#tokens -= 1
  }

  /** A place that was taken for a message is not needed. */
  giveBack(): void {
    this.reserved -= 1
    this.sent -= 1
    this.turn -= 1
    this.#tokens += 1
  }

  /**
   * Notes what a try came to. Answers what has changed by it.
   * @param askedMs how long the receiver asked to wait; 0: it did not say
   */
  note(result: PathResult, now: number, words: string, askedMs = 0): 'out' | 'back' | null {
    this.isChanged = true
    this.#recent.push(result)
    if (this.#recent.length > remembered) this.#recent.shift()
    if (result !== 'taken') this.lastWords = words.slice(0, 300)
    if (result === 'slow' || result === 'deferred') this.#troubleAt = now
    if (result === 'slow') this.#slowDown(now, askedMs)
    if (result === 'listed') return this.#wasListed(now)
    if (result === 'taken') {
      this.#taken.note(now)
      this.#grow(now)
    }
    if (!this.#onTrial || result === 'deferred' || result === 'slow') return null
    this.#onTrial = false
    this.outUntil = 0
    this.#outs = 0
    return 'back'
  }

  /** Refusals aimed at the address in the last hour. */
  listedLately(now: number): number {
    return this.#listedAt.filter((at) => at > now - 3_600_000).length
  }

  deferredShare(): number {
    return this.#share('deferred')
  }

  /** What has to survive a restart; null: nothing but good was learnt. */
  memory(): PathMemory | null {
    const trouble = this.#recent.some((each) => each !== 'taken' && each !== 'judged')
    if (!trouble && this.perMinute === Infinity && this.outUntil === 0) return null
    return {
      perMinute: finite(this.perMinute),
      ceiling: finite(this.#ceiling),
      searching: this.#searching,
      quietUntil: this.quietUntil,
      outUntil: this.outUntil,
      outs: this.#outs,
      slows: this.#slows,
      recent: this.#recent,
      listedAt: this.#listedAt.slice(-20),
      steppedAt: this.#steppedAt,
      troubleAt: this.#troubleAt,
      words: this.lastWords,
    }
  }

  /** Takes up what was kept. Waits are never longer than they can be by the settings of today. */
  restore(kept: PathMemory, now: number): void {
    const { outMs, slowMs } = this.#times
    this.perMinute = kept.perMinute ?? Infinity
    this.#ceiling = kept.ceiling ?? Infinity
    this.#searching = kept.searching
    this.quietUntil = Math.min(kept.quietUntil, now + slowMs * 10)
    this.outUntil = Math.min(kept.outUntil, now + outMs * 8)
    this.#outs = kept.outs
    this.#slows = kept.slows
    this.#recent = [...kept.recent]
    this.#listedAt = [...kept.listedAt]
    this.#steppedAt = Math.min(kept.steppedAt, Math.max(now, this.quietUntil))
    this.#troubleAt = Math.min(kept.troubleAt, now)
    this.#tokensAt = now
    this.lastWords = kept.words
  }

  #share(kind: 'deferred'): number {
    if (this.#recent.length < poorEnough) return 0
    const put = this.#recent.filter((each) => each === kind || each === 'slow').length
    return put / this.#recent.length
  }

  #wasListed(now: number): 'out' | null {
    this.#listedAt = [...this.#listedAt.filter((at) => at > now - 3_600_000), now].slice(-100)
    const listed = this.#recent.filter((each) => each === 'listed').length
    const isMuch = listed >= listedEnough && listed / this.#recent.length >= listedShare
    if (!isMuch && !this.#onTrial) return null
    const wasOut = this.outUntil > now
    this.outUntil = now + this.#times.outMs * 2 ** Math.min(3, this.#outs)
    if (!wasOut) this.#outs += 1
    this.#onTrial = false
    return wasOut ? null : 'out'
  }

  #slowDown(now: number, askedMs: number): void {
    // Tries that were under way together are told once.
    if (this.quietUntil > now) return
    this.#lowerPace(now)
    const quiet = this.#times.slowMs * 2 ** Math.min(this.#slows, 4)
    this.quietUntil = now + Math.max(askedMs, Math.min(quiet, this.#times.slowMs * 10))
    this.#slows += 1
    this.reserved = 0
    this.#tokens = 1
    this.#tokensAt = this.quietUntil
    this.#steppedAt = this.quietUntil
  }

  /**
   * The first time the pace becomes what was taken in the last minute. Where that was a burst it is a guess, mostly far
   * too low, and the true one is searched for; from then on each throttling takes back a part of the pace.
   */
  #lowerPace(now: number): void {
    if (this.perMinute === Infinity) {
      this.perMinute = Math.max(1, this.#taken.count(now))
      this.#searching = now - (this.#taken.first(now) ?? now) < burstMs
      this.#ceiling = Infinity
      return
    }
    this.#ceiling = this.perMinute
    this.perMinute = Math.max(1, this.perMinute * (this.#searching ? backOff.search : backOff.paced))
    this.#searching = false
  }

  #grow(now: number): void {
    const { slowMs, stepMs } = this.#times
    const isNear = this.perMinute >= this.#ceiling * 0.75
    const stepsEvery = isNear ? stepMs : Math.min(stepMs, slowMs)
    if (this.perMinute === Infinity || now - this.#steppedAt < stepsEvery) return
    // Trouble before the last step has had its answer; since then it must be rare.
    if (this.#troubleAt > this.#steppedAt && this.#share('deferred') > 0.05) return
    this.#steppedAt = now
    if (isNear) this.#slows = Math.max(0, this.#slows - 1)
    this.perMinute *= this.#searching ? growth.search : isNear ? growth.near : growth.below
    if (this.perMinute > Math.max(60, this.#taken.count(now) * forgetAt)) this.#forgetPace()
  }

  #forgetPace(): void {
    this.perMinute = Infinity
    this.#ceiling = Infinity
    this.#searching = false
    this.#slows = 0
  }

  #refill(now: number): void {
    if (now <= this.#tokensAt) return
    const most = Math.max(1, this.perMinute / 240)
    this.#tokens = Math.min(most, this.#tokens + ((now - this.#tokensAt) / 60_000) * this.perMinute)
    this.#tokensAt = now
  }
}

function finite(value: number): number | null {
  return value === Infinity ? null : value
}

/** What a reply says of the path, by what has to be done about it. */
export function pathResultOf(kind: 'delivered' | 'retry' | 'failed', found: BounceClass | null): PathResult {
  if (kind === 'delivered') return 'taken'
  const action = found === null ? null : bounceClasses[found].action
  if (action === 'other-address') return 'listed'
  // Fewer connections and fewer recipients are the matter of the hop, not of the pace.
  if (action === 'slow') return found === 'rate-limited' ? 'slow' : 'judged'
  // Whoever asks to come again, and whoever judges the mail itself, says nothing against the address.
  if (kind === 'failed' || action === 'same-address' || isAboutRecipient(found)) return 'judged'
  return 'deferred'
}

/** Whether it would be said of this mail from wherever it came. */
export function isAboutRecipient(found: BounceClass | null): boolean {
  return (
    found !== null &&
    (/^(?:user|domain)-/.test(found) || ['mailbox-full', 'message-too-large'].includes(found))
  )
}
