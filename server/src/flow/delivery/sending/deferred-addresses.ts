import type { Alarms } from '#ground/platform/alarms.ts'
import type { Path, pathResultOf } from './path.ts'

/** Receivers of which an address is remembered that was put off while nobody knew how the others do. */
const mostReceivers = 5000

/**
 * Tells of an address whose mail a receiver puts off while it takes that of our others. Which of the two is known first is
 * chance: an address that is put off rests, and may not be tried again for long, so that it is told as well by the first
 * message that another one delivers.
 */
export class DeferredAddresses {
  readonly #alarms: Alarms
  readonly #hasGoodPeer: (path: Path, now: number) => boolean
  /** Put off before any other address had delivered, by receiver. */
  readonly #untold = new Map<string, Set<Path>>()

  /** @param hasGoodPeer whether the receiver of a path takes mail from another of our addresses */
  constructor(alarms: Alarms, hasGoodPeer: (path: Path, now: number) => boolean) {
    this.#alarms = alarms
    this.#hasGoodPeer = hasGoodPeer
  }

  /** @param now in milliseconds */
  note(path: Path, result: ReturnType<typeof pathResultOf>, now: number): void {
    if (result === 'deferred' && path.isPutOff) this.#judge(path, now)
    if (result !== 'taken') return
    if (path.deferredShare() < 0.1) this.#alarms.clear('address-deferred', subjectOf(path))
    const others = this.#untold.get(path.receiver) ?? []
    this.#untold.delete(path.receiver)
    // One that was put off long ago may be taken by now too.
    for (const each of others) if (each !== path && each.isPoor(now)) this.#judge(each, now)
  }

  #judge(path: Path, now: number): void {
    if (this.#hasGoodPeer(path, now))
      this.#alarms.raise(
        'address-deferred',
        subjectOf(path),
        `${path.receiver} puts off ${Math.round(path.deferredShare() * 100)} % of what comes from ${path.ip}, and takes it from our other addresses: ${path.lastWords}`,
      )
    else this.#remember(path)
  }

  #remember(path: Path): void {
    const before = this.#untold.get(path.receiver)
    if (before) before.add(path)
    else if (this.#untold.size < mostReceivers) this.#untold.set(path.receiver, new Set([path]))
  }
}

function subjectOf({ ip, receiver }: Path): string {
  return `${ip || 'this host'} ${receiver}`
}
