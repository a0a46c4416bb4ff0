import type { PathResult } from './path.ts'
import type { SendingAddress } from './sending-address.ts'
import { type DayCount, dayOf } from './sending-store.ts'
import { leftOf, limitOf, longestWarmUpMs, type Tries, volumeOf } from './warm-up.ts'

export const noTries: Tries = { taken: 0, deferred: 0, slow: 0, listed: 0, judged: 0 }

const hourMs = 3_600_000
/** Paths that are remembered at a time. */
const mostPaths = 20_000

/** Counts what leaves, by address, receiver and day (UTC): for figures, and for plans that let an address grow. */
export class Meter {
  readonly #now: () => number
  /** Not in the store yet. */
  #pending = new Map<string, DayCount>()
  /** In the store, of addresses that grow: today, and the days before. */
  #today = new Map<string, DayCount>()
  #before = new Map<string, Tries[]>()
  readonly #volumes = new Map<string, number>()
  readonly #hours = new Map<string, { hour: number; left: number }>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** A message goes; what becomes of it is counted later. */
  left(ip: string, receiver: string): void {
    const key = `${ip} ${receiver}`
    const hour = Math.floor(this.#now() / hourMs)
    const found = this.#hours.get(key)
    if (found?.hour === hour) found.left += 1
    else {
      if (this.#hours.size >= mostPaths) this.#hours.clear()
      this.#hours.set(key, { hour, left: 1 })
    }
  }

  count(ip: string, receiver: string, result: PathResult): void {
    const day = dayOf(this.#now())
    add(this.#pending, { day, ip, receiver, counts: { ...noTries, [result]: 1 } })
  }

  /** Messages that an address may still send to a receiver now; Infinity: as many as there are. */
  allowance({ ip, warmUp }: SendingAddress, receiver: string): number {
    const now = this.#now()
    if (warmUp === null || now - warmUp.since > longestWarmUpMs) return Infinity
    const volume = this.volume({ ip, warmUp }, receiver)
    if (limitOf(warmUp, volume, now) === Infinity) return Infinity
    const hour = this.#hours.get(`${ip} ${receiver}`)
    const lastHour = hour?.hour === Math.floor(now / hourMs) ? hour.left : 0
    return leftOf(volume, this.#triesOn(dayOf(now), ip, receiver), lastHour)
  }

  /** What a receiver gets today from an address that grows. */
  volume({ ip, warmUp }: Pick<SendingAddress, 'ip' | 'warmUp'>, receiver: string): number {
    if (warmUp === null) return Infinity
    const key = `${ip} ${receiver}`
    let volume = this.#volumes.get(key)
    if (volume === undefined) {
      if (this.#volumes.size >= mostPaths) this.#volumes.clear()
      volume = volumeOf(warmUp, this.#before.get(key) ?? [])
      this.#volumes.set(key, volume)
    }
    return volume
  }

  /** What is to be kept now. `done`: it is in the store, or (false) it is not and comes again. */
  take(): { lines: DayCount[]; done: (isKept: boolean) => void } {
    const lines = [...this.#pending.values()]
    this.#pending = new Map()
    return {
      lines,
      done: (isKept) => {
        for (const line of lines) add(isKept ? this.#today : this.#pending, line)
      },
    }
  }

  /** Takes over figures as the store has them: of days before today, or of today. */
  learn(lines: readonly DayCount[], which: 'before' | 'today'): void {
    if (which === 'today') {
      this.#today = new Map()
      for (const line of lines) add(this.#today, line)
      return
    }
    this.#before = new Map()
    this.#volumes.clear()
    for (const { ip, receiver, counts } of lines) {
      const key = `${ip} ${receiver}`
      const days = this.#before.get(key)
      if (days) days.push(counts)
      else this.#before.set(key, [counts])
    }
  }

  #triesOn(day: string, ip: string, receiver: string): Tries {
    const key = `${day} ${ip} ${receiver}`
    return sum(this.#today.get(key)?.counts ?? noTries, this.#pending.get(key)?.counts ?? noTries)
  }
}

function add(to: Map<string, DayCount>, line: DayCount): void {
  const key = `${line.day} ${line.ip} ${line.receiver}`
  const found = to.get(key)
  to.set(key, found ? { ...line, counts: sum(found.counts, line.counts) } : line)
}

function sum(one: Tries, other: Tries): Tries {
  return {
    taken: one.taken + other.taken,
    deferred: one.deferred + other.deferred,
    slow: one.slow + other.slow,
    listed: one.listed + other.listed,
    judged: one.judged + other.judged,
  }
}
