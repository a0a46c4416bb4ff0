import type { AccessStore } from '#services/access/access-store.ts'
import type { AccountStore } from '#services/access/account-store.ts'

interface Lookup<Found> {
  readonly at: number
  readonly found: Promise<Found | null>
}

/** What was found may be this old: so long a command or another process takes to shut somebody out. */
const freshMs = 1000
const mostKept = 1000

/**
 * Who was looked up a moment ago: a page asks several questions at once and again every few seconds, and whoever asks is
 * looked up once for all of them. Whoever is not found is looked up each time.
 */
export class RecentLookups<Found> {
  readonly #kept = new Map<string, Lookup<Found>>()

  /** @param shown what the asker has shown; tells him from all others */
  find(shown: string, now: number, look: () => Promise<Found | null>): Promise<Found | null> {
    const known = this.#kept.get(shown)
    if (known && Math.abs(now - known.at) < freshMs) return known.found
    const lookup = { at: now, found: look() }
    // The last one comes last: what is dropped is what was looked up first.
    this.#kept.delete(shown)
    this.#kept.set(shown, lookup)
    const drop = () => {
      if (this.#kept.get(shown) === lookup) this.#kept.delete(shown)
    }
    lookup.found.then((found) => found === null && drop(), drop)
    this.#dropOld(now)
    return lookup.found
  }

  forget(): void {
    this.#kept.clear()
  }

  #dropOld(now: number): void {
    for (const [shown, { at }] of this.#kept) {
      if (this.#kept.size <= mostKept && now - at < freshMs) return
      this.#kept.delete(shown)
    }
  }
}

/** Calls that change nothing of who may come in. */
const harmless: ReadonlySet<keyof AccessStore | keyof AccountStore> = new Set([
  'managers',
  'manager',
  'session',
  'signedIn',
  'sessionsOf',
  'touchSession',
  'link',
  'putLink',
  'keys',
  'key',
  'touchKey',
  'noteFailure',
  'failures',
  'latestFailure',
  'clearFailures',
  'record',
  'audit',
  'passkey',
  'passkeysOf',
  'putChallenge',
  'useChallenge',
  'providers',
  'provider',
  'managerOfSubject',
])

/** The same store, which says when somebody may have been let in or shut out: before its caller goes on. */
export function tellingChanges<Store extends AccessStore | AccountStore>(
  store: Store,
  onChange: () => void,
): Store {
  return new Proxy(store, {
    get(target, name) {
      const call: unknown = Reflect.get(target, name)
      if (typeof call !== 'function' || (harmless as ReadonlySet<unknown>).has(name)) return call
      return async (...values: unknown[]) => {
        try {
          return await call.apply(target, values)
        } finally {
          onChange()
        }
      }
    },
  })
}
