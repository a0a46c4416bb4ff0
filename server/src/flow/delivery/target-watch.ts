import type { Alarms } from '#ground/platform/alarms.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import type { DeliveryFault } from './fault.ts'
import type { Hop } from './hop.ts'
import type { Target } from './target.ts'
import { targetPlace } from './target-place.ts'

/** So long every try at a server has to fail, two at least, before it counts as one that its name should not lead to. */
const staleMs = 10_000

/**
 * Tells of servers of a next hop: which are left out, and which the list of addresses still names although they are gone
 * or belong to somebody else. Believed is what answers; the list is what people have to mend.
 */
export class TargetWatch {
  readonly #alarms: Alarms
  readonly #now: () => number
  /** By hop and server: since when every try there has failed. */
  readonly #failing = new Map<string, number>()
  /** By hop: its servers that were told of, and are not known to work again. */
  readonly #told = new Map<string, Set<string>>()

  constructor(alarms: Alarms, now: () => number) {
    this.#alarms = alarms
    this.#now = now
  }

  /** A server is left out for now. The servers of others are theirs to mend: nobody is told of those. */
  out(hop: Hop, target: Target, why: string): void {
    if (hop.hop.kind === 'mx') return
    const subject = subjectOf(hop, target)
    const told = this.#told.get(hop.name) ?? new Set()
    this.#told.set(hop.name, told.add(subject))
    this.#alarms.raise('target-out', subject, `${targetPlace(target)} is out for now: ${why}`)
  }

  /** A try at one of several servers failed. @param targets all that the hop leads to */
  failed(hop: Hop, target: Target, targets: readonly Target[], fault: DeliveryFault): void {
    if (targets.length < 2 || hop.hop.kind === 'mx') return
    this.out(hop, target, fault.message)
    const subject = subjectOf(hop, target)
    const since = this.#failing.get(subject) ?? this.#now()
    this.#failing.set(subject, since)
    // Where none works it is no matter of the list.
    const othersWork = targets.some((each) => !this.#failing.has(subjectOf(hop, each)))
    if (this.#now() - since < staleMs || !othersWork) return
    this.#alarms.raise(
      'target-drift',
      subject,
      `${hop.name} leads to ${targets.length} servers, and ${targetPlace(target)} among them has done nothing since ${utcWords(since)}: ${fault.message}. The others carry its mail; take it out of the list of addresses, or mend it`,
    )
  }

  works(hop: Hop, target: Target): void {
    this.#over(hop, subjectOf(hop, target))
  }

  /** The list was read anew: what it names no more is no concern. */
  listed(hop: Hop, list: readonly Target[]): void {
    const named = new Set(list.map((each) => subjectOf(hop, each)))
    for (const each of this.#told.get(hop.name) ?? []) if (!named.has(each)) this.#over(hop, each)
  }

  /** Nothing is sent there any more: whether its servers work is no concern, and nobody would ever see it. */
  forget(hop: Hop): void {
    for (const each of this.#told.get(hop.name) ?? []) this.#over(hop, each)
  }

  #over({ name }: Hop, subject: string): void {
    const told = this.#told.get(name)
    if (!told?.delete(subject)) return
    if (told.size === 0) this.#told.delete(name)
    this.#failing.delete(subject)
    this.#alarms.clear('target-out', subject)
    this.#alarms.clear('target-drift', subject)
  }
}

function subjectOf({ name }: Hop, target: Target): string {
  return `${name} ${targetPlace(target)}`
}
