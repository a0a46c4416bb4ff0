import type { AffectedLine, AffectedQuery, LedgerStore } from './ledger-store.ts'

const page = 2000

/**
 * Who was hit (N-04): every delivery and refusal that a question about a stretch of time names, each once, as it
 * stands now. Read a page at a time, so that any number of them fits.
 */
export async function* listAffected(ledger: LedgerStore, query: AffectedQuery): AsyncGenerator<AffectedLine> {
  let after: string | null = ''
  while (after !== null) {
    const found: { lines: AffectedLine[]; next: string | null } = await ledger.affected(query, after, page)
    yield* found.lines
    after = found.next
  }
}

/** Counts of a list: rows by state, and tenants with theirs. */
export class AffectedCounts {
  total = 0
  readonly states = new Map<string, number>()
  readonly tenants = new Map<string, number>()

  add({ state, tenant }: AffectedLine): void {
    this.total += 1
    this.states.set(state, (this.states.get(state) ?? 0) + 1)
    this.tenants.set(tenant, (this.tenants.get(tenant) ?? 0) + 1)
  }

  /** As plain data, most first. */
  toJSON(): { total: number; states: Record<string, number>; tenants: Record<string, number> } {
    return { total: this.total, states: sorted(this.states), tenants: sorted(this.tenants) }
  }
}

function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)))
}
