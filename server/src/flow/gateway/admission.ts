import type { Config } from '#ground/platform/config/settings.ts'

/** What this node knows of its own state; measured by others, asked here for every message. */
export interface Vitals {
  /** Percent of the spool's disk in use. */
  diskPercent(): number
  /** Free bytes on the spool's disk. */
  diskFree(): number
  /** Age of the oldest store call without an answer, in milliseconds. */
  storeStalledMs(): number
  /** Resident memory in bytes. */
  memoryBytes(): number
  /** Deliveries that wait to leave for the world. */
  outboundWaiting(): number
  /** Messages waiting for an inspection thread, as a share of what is bearable: 1 is full. */
  inspectionLoad(): number
}

export type Stopped = 'disk-full' | 'spool-slow' | 'overloaded' | null

/** Share of a resource in use from which the loudest tenant has to wait. */
const pressure = 0.8
/** Memory of how loud a tenant was fades by half in this time. */
const halfLifeMs = 10_000

/**
 * Decides whether new mail is welcome. Refusing in time, with a temporary code, is how mail that has been
 * accepted keeps its room: the sender keeps the message and comes again.
 */
export class Admission {
  readonly #settings: () => Config
  readonly #vitals: Vitals
  readonly #now: () => number
  readonly #loudness = new Map<string, { sum: number; at: number }>()

  constructor(settings: () => Config, vitals: Vitals, now: () => number) {
    this.#settings = settings
    this.#vitals = vitals
    this.#now = now
  }

  /** Null, or why no message may come in now. @param size as the client named it; 0: not named */
  mayAccept(size: number): Stopped {
    const settings = this.#settings()
    if (
      this.#vitals.diskPercent() >= settings['spool.diskRefuse'] ||
      this.#vitals.diskFree() < size * 2 + settings['spool.diskReserve']
    )
      return 'disk-full'
    if (this.#vitals.storeStalledMs() > settings['spool.stallRefuse']) return 'spool-slow'
    if (this.#vitals.memoryBytes() > settings['gateway.maxMemory'] || this.#vitals.inspectionLoad() >= 1)
      return 'overloaded'
    return null
  }

  /** Whether there is room for more mail to the world: the queue is not longer than is bearable. */
  mayQueue(): boolean {
    const most = this.#settings()['submission.queueLimit']
    return most === 0 || this.#vitals.outboundWaiting() < most
  }

  /** Whether a tenant's message may come in; false only under pressure, and for the loudest tenant first. */
  mayTake(tenant: string): boolean {
    const now = this.#now()
    const mine = this.#fade(tenant, now)
    mine.sum += 1
    const load = Math.max(
      this.#vitals.inspectionLoad(),
      this.#vitals.memoryBytes() / this.#settings()['gateway.maxMemory'],
    )
    if (load < pressure) return true
    const others = this.#activeBeside(tenant, now)
    const mean = others.reduce((total, each) => total + each, 0) / others.length
    return others.length === 0 || mine.sum < 2 * mean
  }

  /** How loud the other tenants are. Those that are silent do not count: beside them, one message would be loud. */
  #activeBeside(tenant: string, now: number): number[] {
    const sums: number[] = []
    for (const each of [...this.#loudness.keys()]) {
      if (each === tenant) continue
      const { sum } = this.#fade(each, now)
      if (sum >= 0.5) sums.push(sum)
      else this.#loudness.delete(each)
    }
    return sums
  }

  #fade(tenant: string, now: number): { sum: number; at: number } {
    const entry = this.#loudness.get(tenant) ?? { sum: 0, at: now }
    this.#loudness.set(tenant, entry)
    entry.sum *= 0.5 ** ((now - entry.at) / halfLifeMs)
    entry.at = now
    if (entry.sum < 0.01 && this.#loudness.size > 10_000) this.#loudness.delete(tenant)
    return entry
  }
}
