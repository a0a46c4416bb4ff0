import type { Alarms } from '#ground/platform/alarms.ts'

const againMs = 5000

/**
 * Listens at several places. One that is taken is an alarm and is tried again: it must not keep the node from taking
 * mail at its other doors. A start waits for the first try of each.
 */
export class PatientListening {
  readonly #alarms: Alarms
  readonly #timers = new Set<NodeJS.Timeout>()

  constructor(alarms: Alarms) {
    this.#alarms = alarms
  }

  /** Ports in the order of the places; 0: that one is taken for now. */
  open(places: readonly string[], listen: (place: string) => Promise<number>): Promise<number[]> {
    return Promise.all(places.map((each) => this.#open(each, listen)))
  }

  stop(): void {
    for (const each of this.#timers) clearTimeout(each)
    this.#timers.clear()
  }

  async #open(place: string, listen: (place: string) => Promise<number>): Promise<number> {
    try {
      const port = await listen(place)
      this.#alarms.clear('submission-closed', place)
      return port
    } catch (cause) {
      const why =
        (cause as NodeJS.ErrnoException).code === 'EADDRINUSE'
          ? 'another program listens there'
          : (cause as Error).message
      this.#alarms.raise(
        'submission-closed',
        place,
        `people cannot send at ${place} (submission.listen): ${why}; it is tried again every few seconds`,
      )
      const timer = setTimeout(() => {
        this.#timers.delete(timer)
        void this.#open(place, listen)
      }, againMs).unref()
      this.#timers.add(timer)
      return 0
    }
  }
}
