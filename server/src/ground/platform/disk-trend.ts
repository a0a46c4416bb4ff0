import { type Outlook, Trend } from './trend.ts'

const limits = { everyMs: 60_000, keepMs: 86_400_000, leastMs: 3_600_000 }

/** How the disk fills, by what this process has measured of the last day. */
export class DiskTrend {
  readonly #percent = new Trend(limits)
  readonly #free = new Trend(limits)

  /** @param now of a clock that is never set */
  note(now: number, percent: number, freeBytes: number): void {
    this.#percent.note(now, percent)
    this.#free.note(now, freeBytes)
  }

  /** When new mail is refused: by so many percent, or with no more room than the reserve, whichever is sooner. */
  full(now: number, percent: number, reserveBytes: number): Outlook {
    return sooner(
      this.#percent.outlook(now, percent, 'rising'),
      this.#free.outlook(now, reserveBytes, 'falling'),
    )
  }
}

/** What is known to come first comes at the latest then, whatever the other does. */
function sooner(one: Outlook, other: Outlook): Outlook {
  const both = [one, other]
  const reached = both.filter((each) => each.kind === 'reached')
  if (reached.length > 0) return { kind: 'reached', inMs: Math.min(...reached.map(({ inMs }) => inMs)) }
  return both.find(({ kind }) => kind === 'unknown') ?? one
}
