import type { DeliveryFault } from './fault.ts'
import type { LaneQueue } from './lane-queue.ts'
import { isOwn, type NextHop } from './next-hop.ts'
import type { SmtpClient } from './smtp-client.ts'
import type { Target } from './target.ts'

/** A hop that has not been reached yet starts with this many connections and grows with success. */
const firstWindow = 5
/** Connections to a hop of which nobody knows yet whether it answers at all: some take minutes to say nothing. */
const unprovenWindow = 2
/** How long a window that the server has asked to be narrow stays so. */
const narrowForMs = 600_000

/**
 * One next hop: how many connections it may have, which of them are idle, and whether it is believed to be up.
 *
 *   up      connections up to the window; each success widens it by one, trouble halves it
 *   down    nothing is sent until `downUntil`; then one message at a time is tried, and the first that goes
 *           through opens it again, with a small window; `queue retry` makes the next try come at once
 *
 * All lanes that lead here share it, so what one has learnt spares the others. Nothing of it survives a restart:
 * the first tries tell anew.
 */
export class Hop {
  readonly name: string
  readonly hop: NextHop
  readonly isOwn: boolean
  readonly idle: SmtpClient[] = []
  /** Lanes with work that wait for room here. */
  readonly parked = new Set<LaneQueue>()
  busy = 0
  window = firstWindow
  downUntil = 0
  downSince = 0
  narrowUntil = 0
  #narrowedAt = -Infinity
  /** When the latest try that failed was begun. */
  triedAt = 0
  failures = 0
  lastFault: DeliveryFault | null = null
  lastSuccess = 0
  /** Who runs its servers; empty until they have been looked up. */
  receiver = ''
  /** Its servers are being looked up, so that its pace is known before the first message leaves. */
  isLookedUp: 'no' | 'now' | 'in-vain' = 'no'
  /** Messages that the server takes over one connection, where it has said so. */
  perConnection = Infinity
  targets: { readonly list: readonly Target[]; readonly until: number } | null = null
  #tokens = 0
  #tokensAt = 0

  constructor(name: string, hop: NextHop) {
    this.name = name
    this.hop = hop
    this.isOwn = isOwn(hop)
  }

  get isDown(): boolean {
    return this.failures > 0
  }

  isDownFor(now: number, ms: number): boolean {
    return this.isDown && now - this.downSince >= ms
  }

  /** Whether another message may leave for here now. */
  hasRoom(now: number, most: number): boolean {
    if (this.isDown) return now >= this.downUntil && this.busy === 0
    const window = this.lastSuccess === 0 ? Math.min(this.window, unprovenWindow) : this.window
    return this.busy < Math.min(window, most)
  }

  /** Takes a place in the pace of messages a minute; 0: no pace. Answers the milliseconds to wait if there is none. */
  takePace(now: number, perMinute: number): number {
    if (perMinute === 0) return 0
    const burst = Math.max(2, perMinute / 30)
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#tokensAt) / 60_000) * perMinute)
    this.#tokensAt = now
    if (this.#tokens >= 1) {
      this.#tokens -= 1
      return 0
    }
    return Math.ceil(((1 - this.#tokens) / perMinute) * 60_000)
  }

  /** A message went through, or was judged for itself: the hop works. Answers whether it was down before. */
  succeeded(now: number, most: number): boolean {
    const wasDown = this.isDown
    if (wasDown) this.window = 2
    else if (now >= this.narrowUntil) this.window = Math.min(most, this.window + 1)
    this.failures = 0
    this.downUntil = 0
    this.lastFault = null
    this.lastSuccess = now
    return wasDown
  }

  /**
   * The hop itself failed. Answers whether it has just gone down.
   * @param waitMs until the next try
   * @param startedAt when the try was begun
   */
  failed(now: number, fault: DeliveryFault | null, waitMs: number, startedAt = now): boolean {
    const wentDown = this.failures === 0
    if (wentDown) this.downSince = now
    // Several tries under way fail together; they count once.
    if (wentDown || now >= this.downUntil) {
      this.failures += 1
      this.downUntil = now + waitMs
    }
    this.window = Math.max(1, Math.floor(this.window / 2))
    this.triedAt = Math.max(this.triedAt, startedAt)
    this.lastFault = fault ?? this.lastFault
    this.targets = null
    return wentDown
  }

  /**
   * The server wants fewer connections: it works, but not for as many as there are now. Half of them stay, for a step
   * of one would ask again and again; tries that were begun before the last such answer say nothing new.
   * @param startedAt when the try was begun
   */
  narrow(now: number, startedAt: number): void {
    this.narrowUntil = now + narrowForMs
    if (startedAt < this.#narrowedAt) return
    this.#narrowedAt = now
    const open = Math.min(this.window, this.busy)
    this.window = Math.max(1, Math.min(open - 1, Math.ceil(open / 2)))
  }

  /** Somebody asked at that time for an attempt: it is made now, unless one has been begun and failed since. */
  tryAgain(orderedAt: number): void {
    if (this.isDown && orderedAt > this.triedAt) this.downUntil = Math.min(this.downUntil, orderedAt)
  }
}
