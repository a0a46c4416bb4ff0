import { newId } from '#ground/platform/ids.ts'
import { runSource } from './run-source.ts'
import type { SyncParts } from './sync-parts.ts'

/** A lease outlives the longest run, so that nobody takes over what is still in hand. */
const leaseBeyondMs = 60_000

/** Runs that are under way in this process: what is slow takes one of a few places, and holds up nobody else. */
export class SyncRounds {
  #running = 0

  get running(): number {
    return this.#running
  }

  /** Begins what is due, as far as there is room, and answers how many. What it began goes on behind it. */
  async begin(parts: SyncParts): Promise<number> {
    let begun = 0
    while (this.#running < parts.limits().atATime && !parts.stopping.aborted) {
      const { now, limits, owner } = parts
      const claimed = await parts.store.claim(owner, now(), limits().timeoutMs + leaseBeyondMs, newId(now()))
      if (claimed === null) break
      begun += 1
      this.#running += 1
      void runSource(parts, claimed)
        .then(() => parts.alarms.clear('job-failed', 'sync'))
        .catch((cause) => {
          if (!parts.stopping.aborted)
            parts.alarms.raise(
              'job-failed',
              'sync',
              `a run could not be written down: ${(cause as Error).message}`,
            )
        })
        .finally(() => {
          this.#running -= 1
        })
    }
    return begun
  }
}
