import type { Alarms } from '#ground/platform/alarms.ts'
import type { HandshakeFault, TlsTrouble } from '#ground/platform/tls/handshake-trouble.ts'
import { utcWords } from '#ground/platform/utc-words.ts'

/** What a real handshake with a place came to. */
export interface ProbedPlace {
  /** Null: it does, and the certificate proves what it must. */
  readonly fault: HandshakeFault | null
  /** End of the certificate in milliseconds; null: none was seen. */
  readonly validTo: number | null
}

/** A place where a certificate is in use: a door of ours, or a server that must be spoken to with TLS. */
export interface WatchedPlace {
  /** As alarms name it; with `tenant:ID` in it those of that tenant hear of it too. */
  readonly name: string
  /** A door of ours: what it shows is our own fault, and nobody else's. */
  readonly isOwn: boolean
  /** Null: nobody answered there, which says nothing of its certificate. */
  readonly probe: () => Promise<ProbedPlace | null>
}

/** What the last look at our own doors came to. */
export interface CertificateStand {
  /** When it ended (ms); null: there was none yet. */
  readonly at: number | null
  /** What does not do, one line a door. */
  readonly faults: readonly string[]
}

/** Days before its end at which it is told that a certificate ends, last one first; 0: it has ended. */
const warnDays = [0, 1, 7, 14, 30] as const
const dayMs = 86_400_000
/** Handshakes at a time, so that places that are slow hold up no round for long. */
const mostAtOnce = 20

/**
 * Looks at every certificate in use by a handshake, and tells: that one does not do (`handshake-fails`, with the reason),
 * and that one ends (`certificate-expires`, once at each of 30, 14, 7 and 1 days, and once it has ended).
 */
export class CertificateWatch {
  readonly #alarms: Alarms
  readonly #now: () => number
  #at: number | null = null
  /** Of our own doors. */
  readonly #faults = new Map<string, string>()
  #told = new Map<string, { trouble: TlsTrouble | null; days: number | null }>()
  #places: readonly WatchedPlace[] = []

  constructor(alarms: Alarms, now: () => number) {
    this.#alarms = alarms
    this.#now = now
  }

  /** What the last round came to. */
  get stand(): CertificateStand {
    return { at: this.#at, faults: [...this.#faults.values()] }
  }

  /** One look at all places. Never throws: a probe that breaks says nothing. */
  async round(places: readonly WatchedPlace[]): Promise<void> {
    this.#places = places
    await this.#look(places)
    const names = new Set(places.map((each) => each.name))
    for (const name of this.#told.keys()) if (!names.has(name)) this.#forget(name)
    this.#at = this.#now()
  }

  /** Looks once more at places of the last round where the handshake does not do. */
  async lookAgain(): Promise<void> {
    await this.#look(this.#places.filter(({ name }) => (this.#told.get(name)?.trouble ?? null) !== null))
  }

  async #look(places: readonly WatchedPlace[]): Promise<void> {
    const waiting = [...places]
    const work = async () => {
      for (let place = waiting.shift(); place; place = waiting.shift()) {
        const probed = await place.probe().catch(() => null)
        if (probed) this.#tell(place, probed)
      }
    }
    await Promise.all(Array.from({ length: Math.min(mostAtOnce, places.length) }, work))
  }

  #tell({ name, isOwn }: WatchedPlace, { fault, validTo }: ProbedPlace): void {
    const before = this.#told.get(name) ?? { trouble: null, days: null }
    const trouble = fault?.trouble ?? null
    if (before.trouble !== trouble) this.#alarms.clear('handshake-fails', name)
    if (fault && isOwn) this.#faults.set(name, `${name}: ${fault.text}`)
    else this.#faults.delete(name)
    if (fault)
      this.#alarms.raise('handshake-fails', name, `a TLS handshake with ${name} does not do: ${fault.text}`)
    const left = validTo === null ? null : (validTo - this.#now()) / dayMs
    const days = left === null ? before.days : (warnDays.find((each) => left <= each) ?? null)
    if (before.days !== days && before.days !== null)
      this.#alarms.clear('certificate-expires', subjectOf(name, before.days))
    if (days !== null && validTo !== null)
      this.#alarms.raise(
        'certificate-expires',
        subjectOf(name, days),
        `the certificate of ${name} ${endOf(days)}, on ${utcWords(validTo)}`,
      )
    this.#told.set(name, { trouble, days })
  }

  #forget(name: string): void {
    const { days } = this.#told.get(name) ?? { days: null }
    this.#told.delete(name)
    this.#faults.delete(name)
    this.#alarms.clear('handshake-fails', name)
    if (days !== null) this.#alarms.clear('certificate-expires', subjectOf(name, days))
  }
}

function endOf(days: number): string {
  if (days === 0) return 'has ended'
  return `ends within ${days === 1 ? 'a day' : `${days} days`}`
}

function subjectOf(name: string, days: number): string {
  return days === 0 ? `${name} (ended)` : `${name} (${days} d)`
}
