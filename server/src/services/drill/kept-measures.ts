import type { MeasuredLine } from '#ground/platform/measured-line.ts'
import type { FindingState, FindingStore } from '#services/watch/finding.ts'
import type { MeasuredRow, MeasureStore, WaitingRow } from '#services/watch/measure-store.ts'

/** Figures of a drill: kept by the process that runs it, and gone with it. */
export class KeptMeasures implements MeasureStore {
  readonly #rows: MeasuredRow[] = []
  readonly #waiting = new Map<number, WaitingRow>()
  readonly #depth: () => number

  /** @param depth letters that wait now */
  constructor(depth: () => number) {
    this.#depth = depth
  }

  async noteMeasures(node: string, at: number, lines: readonly MeasuredLine[]): Promise<void> {
    for (const each of lines) this.#rows.push({ ...each, node, at })
  }

  async noteWaiting(at: number): Promise<void> {
    this.#waiting.set(at, { at, direction: 'inbound', waiting: this.#depth() })
  }

  async measures(from: number, before: number, limit: number): Promise<MeasuredRow[]> {
    return this.#rows.filter(({ at }) => at >= from && at < before).slice(-limit)
  }

  async waiting(from: number, before: number): Promise<WaitingRow[]> {
    return [...this.#waiting.values()].filter(({ at }) => at >= from && at < before)
  }

  /** A drill is shorter than figures are kept. */
  async forgetMeasures(): Promise<void> {
    return
  }
}

/** What detectors say of a drill. */
export class KeptFindings implements FindingStore {
  readonly #found = new Map<string, FindingState>()

  async noteFindings(found: Parameters<FindingStore['noteFindings']>[0], now: number): Promise<void> {
    for (const each of found) {
      const known = this.#openOf(each)
      const [foundAt, since] = [known?.foundAt ?? now, Math.min(known?.since ?? each.since, each.since)]
      this.#found.set(`${each.kind} ${each.subject} ${foundAt}`, {
        ...{ ...each, foundAt, since, seenAt: now, endedAt: null },
      })
    }
  }

  async endFindings(over: Parameters<FindingStore['endFindings']>[0], now: number): Promise<void> {
    for (const each of over) {
      const open = this.#openOf(each)
      if (open) this.#found.set(`${open.kind} ${open.subject} ${open.foundAt}`, { ...open, endedAt: now })
    }
  }

  async findings(endedSince: number, limit: number): Promise<FindingState[]> {
    return [...this.#found.values()]
      .filter(({ endedAt }) => endedAt === null || endedAt >= endedSince)
      .sort((a, b) => Number(a.endedAt !== null) - Number(b.endedAt !== null) || b.foundAt - a.foundAt)
      .slice(0, limit)
  }

  async forgetFindings(): Promise<void> {
    return
  }

  #openOf({ kind, subject }: Pick<FindingState, 'kind' | 'subject'>): FindingState | undefined {
    return [...this.#found.values()].find(
      (each) => each.kind === kind && each.subject === subject && each.endedAt === null,
    )
  }
}
