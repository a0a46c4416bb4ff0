import { registrableDomain } from '#ground/mail/registrable-domain.ts'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { Clock } from '#ground/platform/clock.ts'
import type { Outcome } from '../outcome.ts'
import { choosePath, doubtOf, type PathWish } from './choose-path.ts'
import { DeferredAddresses } from './deferred-addresses.ts'
import { Path, type PathTimes, pathResultOf } from './path.ts'
import type { Pool, SendingAddress } from './sending-address.ts'

export interface SendersOptions {
  /** The addresses of a pool that may carry mail now; none: the system chooses. */
  readonly addresses: (pool: Pool) => readonly SendingAddress[]
  /** What we call ourselves where no address is set. */
  readonly helo: string
  /** Messages that an address may still send to a receiver today; Infinity: as many as there are. */
  readonly allowance: (address: SendingAddress, receiver: string) => number
  readonly times: PathTimes
  readonly alarms: Alarms
  readonly clock: Clock
  /** Told of each message that goes. */
  readonly onDeparture?: (ip: string, receiver: string) => void
  /** Told of each result, for figures that are kept. */
  readonly onResult?: (ip: string, receiver: string, result: ReturnType<typeof pathResultOf>) => void
}

/** Refusals aimed at an address in an hour from which they are told, though it carries most mail well. */
const lowRate = 5
const lowRateAlarmMs = 3_600_000
const mostPaths = 20_000
const systemAddress = { ip: '', state: 'active', warmUp: null } as const

/**
 * Which of our addresses mail leaves by, receiver by receiver. What one message has learnt of a receiver spares all
 * others to it, whichever of its domains they are for. KeepLearning brings it over restarts.
 */
export class Senders {
  readonly #options: SendersOptions
  readonly #paths = new Map<string, Path>()
  readonly #deferred: DeferredAddresses
  #turn = 0

  constructor(options: SendersOptions) {
    this.#options = options
    this.#deferred = new DeferredAddresses(options.alarms, (path, now) => this.#hasGoodPeer(path, now))
  }

  /**
   * Chooses where a message leaves; an address without an ip means that the system chooses.
   * `'none'`: every address has to be silent towards this receiver for now.
   */
  choose(pool: Pool, receiver: string, wish: PathWish): SendingAddress | 'none' {
    const now = this.#options.clock.now()
    const able = this.#able(pool, receiver)
    const paths = able.map((each) => this.path(each.ip, receiver))
    const path = choosePath(paths, wish, now)
    const address = able.find((each) => each.ip === path?.ip)
    if (!path || !address) return 'none'
    this.#depart(path, pool, now)
    return address
  }

  /** An address of a pool, for hops of our own: in turn, whatever others say of it. */
  any(pool: Pool): SendingAddress {
    const all = this.#addresses(pool)
    return all[this.#turn++ % all.length] as SendingAddress
  }

  /** Whether a connection that is open from an address may carry another message; it counts as used then. */
  mayReuse(ip: string, pool: Pool, receiver: string, wish: PathWish, messages: number): boolean {
    const address = this.#addressAt(ip, pool)
    if (!address) return false
    const path = this.path(address.ip, receiver)
    const isAble = this.#able(pool, receiver).some((each) => each.ip === address.ip)
    if (messages >= path.perConnection || !isAble) return false
    const now = this.#options.clock.now()
    if (choosePath([path], wish, now) === null || path.isOut(now) || path.isPoor(now)) return false
    if (address.ip !== '' && wish.refusedFrom.includes(ip)) return false
    if (wish.prefer !== null && wish.prefer !== ip) return false
    if (doubtOf(path, wish) > 0 && !this.#isBest(path, pool, wish, now)) return false
    this.#depart(path, pool, now)
    return true
  }

  /** Whether mail that was put off does no better over another address. */
  #isBest(path: Path, pool: Pool, wish: PathWish, now: number): boolean {
    const able = this.#able(pool, path.receiver).map((each) => this.path(each.ip, path.receiver))
    const best = choosePath(able, wish, now)
    return best === null || doubtOf(path, wish) <= doubtOf(best, wish)
  }

  /** A message goes over a path: the place that was taken for it is used, or given back where it was on another path. */
  #depart(path: Path, pool: Pool, now: number): void {
    if (path.reserved > 0) {
      path.reserved -= 1
    } else {
      path.use(now)
      this.#siblings(path, pool)
        .find((each) => each.reserved > 0)
        ?.giveBack()
    }
    this.#keepUp(path, pool)
    this.#options.onDeparture?.(path.ip, path.receiver)
  }

  /** One that is new, or was away, takes its turn from now on, and has not to carry what the others did meanwhile. */
  #keepUp(path: Path, pool: Pool): void {
    for (const each of this.#siblings(path, pool)) path.turn = Math.max(path.turn, each.turn - 1)
  }

  #siblings(path: Path, pool: Pool): Path[] {
    const keys = this.#addresses(pool).map((each) => `${each.ip} ${path.receiver}`)
    return keys.flatMap((key) => this.#paths.get(key) ?? []).filter((each) => each !== path)
  }

  /**
   * Addresses of a pool that may send to a receiver by the plans of those that grow; what is beyond leaves by warm
   * ones. Where no address is left all may: a plan never holds mail up.
   */
  #able(pool: Pool, receiver: string): readonly SendingAddress[] {
    const all = this.#addresses(pool)
    const able = all.filter((each) => this.#options.allowance(each, receiver) > 0)
    if (able.length > 0) return able
    this.#options.alarms.pulse(
      'warm-up-exceeded',
      `${pool} ${receiver}`,
      `${receiver} gets more ${pool} mail than the plans of our addresses allow, and no warm address is left for it`,
      lowRateAlarmMs,
    )
    return all
  }

  /** Takes a place for a message towards a receiver. Answers the milliseconds to wait where there is none. */
  reserve(pool: Pool, receiver: string): number {
    const addresses = this.#able(pool, receiver)
    const now = this.#options.clock.now()
    let least = Infinity
    for (const each of addresses) {
      const path = this.#paths.get(`${each.ip} ${receiver}`)
      if (path === undefined || path.perMinute === Infinity) {
        if ((path?.quietUntil ?? 0) <= now) return 0
      }
      const wait = path?.waitMs(now) ?? 0
      if (wait === 0 && path) {
        path.use(now)
        path.reserved += 1
        return 0
      }
      least = Math.min(least, wait)
    }
    return least
  }

  /** Milliseconds until some address may carry mail to a receiver. */
  freeInMs(pool: Pool, receiver: string): number {
    const now = this.#options.clock.now()
    const waits = this.#addresses(pool).map((each) => this.path(each.ip, receiver).waitMs(now))
    return waits.length === 0 ? 0 : Math.min(...waits)
  }

  /** Whether another address than this one does better at a receiver now. */
  hasBetter(ip: string, pool: Pool, receiver: string): boolean {
    const now = this.#options.clock.now()
    return this.#options
      .addresses(pool)
      .filter((each) => each.ip !== ip && this.#options.allowance(each, receiver) > 0)
      .map((each) => this.path(each.ip, receiver))
      .some((each) => !each.isOut(now) && !each.isPoor(now) && each.waitMs(now) === 0)
  }

  /** Learns from what a try came to. */
  note(from: string, pool: Pool, receiver: string, outcome: Outcome): void {
    const ip = this.#addressAt(from, pool)?.ip
    if (ip === undefined) return
    const now = this.#options.clock.now()
    const result = pathResultOf(outcome.kind, outcome.class)
    const path = this.path(ip, receiver)
    const words = `${outcome.code || ''} ${outcome.text}`.trim()
    const change = path.note(result, now, words, outcome.waitMs)
    this.#options.onResult?.(ip, receiver, result)
    this.#tell(path, change, result, now)
  }

  /** The addresses of a pool; where none are set, the one that the system chooses. */
  #addresses(pool: Pool): readonly SendingAddress[] {
    const found = this.#options.addresses(pool)
    return found.length > 0 ? found : [{ ...systemAddress, pool, helo: this.#options.helo }]
  }

  #addressAt(ip: string, pool: Pool): SendingAddress | undefined {
    const all = this.#addresses(pool)
    return all.find((each) => each.ip === ip || each.ip === '')
  }

  path(ip: string, receiver: string): Path {
    const key = `${ip} ${receiver}`
    let path = this.#paths.get(key)
    if (!path) {
      if (this.#paths.size >= mostPaths) this.#paths.delete(this.#paths.keys().next().value ?? '')
      this.#paths.set(key, (path = new Path(ip, receiver, this.#options.times)))
    }
    return path
  }

  /** Paths that have learnt something which is not kept yet. */
  *changed(most: number): Generator<Path> {
    let left = most
    for (const each of this.#paths.values()) {
      if (!each.isChanged) continue
      if (left-- === 0) return
      yield each
    }
  }

  #tell(
    path: Path,
    change: 'out' | 'back' | null,
    result: ReturnType<typeof pathResultOf>,
    now: number,
  ): void {
    const { alarms } = this.#options
    const subject = `${path.ip || 'this host'} ${path.receiver}`
    if (change === 'out')
      alarms.raise(
        'address-out',
        subject,
        `${path.receiver} blocks ${path.ip}; its mail leaves by others: ${path.lastWords}`,
      )
    if (change === 'back') alarms.clear('address-out', subject)
    const refused = result === 'listed' && change === null ? this.#refusedAtRandom(path.receiver, now) : 0
    if (refused >= lowRate)
      alarms.pulse(
        'address-refused-at-random',
        path.receiver,
        `${path.receiver} takes most of our mail, and refused ${refused} in an hour as if our addresses were blocked: ${path.lastWords}`,
        lowRateAlarmMs,
      )
    this.#deferred.note(path, result, now)
  }

  /** Refusals in the last hour that blame addresses which carry most mail well. */
  #refusedAtRandom(receiver: string, now: number): number {
    let found = 0
    for (const each of this.#paths.values())
      if (each.receiver === receiver && !each.isOut(now)) found += each.listedLately(now)
    return found
  }

  #hasGoodPeer(path: Path, now: number): boolean {
    for (const each of this.#paths.values())
      if (
        each !== path &&
        each.receiver === path.receiver &&
        each.sent > 0 &&
        !each.isPutOff &&
        !each.isOut(now)
      )
        return true
    return false
  }
}

/** Who runs a server: the owner of the name that the MX gives it, so that all domains of one provider share a lane. */
export function receiverOfHost(host: string, ip: string, port: number): string {
  const owner = registrableDomain(host)?.domain ?? (host === '' ? ip : host.toLowerCase())
  // At another port somebody else may live.
  return port === 25 || registrableDomain(host) ? owner : `${owner}:${port}`
}
