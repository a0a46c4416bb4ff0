import type { MailFilter } from './mail-filter.ts'
import type { MailTally, SearchStore } from './search-store.ts'

/** How many deliveries and refusals a filter means, by state, tenant and verdict. */
export interface MailCounts {
  readonly total: number
  readonly states: Readonly<Record<string, number>>
  readonly tenants: Readonly<Record<string, number>>
  /** Absent where a process of the version before has counted. */
  readonly verdicts?: Readonly<Record<string, number>>
  /** Counted back to this moment for now; null: all of them, exactly. */
  readonly countedBackTo: number | null
}

export const noCounts: MailCounts = { total: 0, states: {}, tenants: {}, verdicts: {}, countedBackTo: null }

/** A slice of counting: other searches come in between. */
const sliceMs = 150

/** Counts until all are counted or the time is over. */
export async function countMail(
  search: SearchStore,
  filter: MailFilter,
  budgetMs: number,
): Promise<MailCounts> {
  const until = performance.now() + budgetMs
  let counts = noCounts
  for (let place: number | null = null; ; ) {
    const tally: MailTally = await search.tally(filter, place, sliceMs)
    counts = addTally(counts, tally)
    place = tally.place
    if (place === null || performance.now() > until) return counts
  }
}

export function addTally(before: MailCounts, tally: MailTally): MailCounts {
  return {
    total: before.total + tally.total,
    states: sum(before.states, tally.states),
    tenants: sum(before.tenants, tally.tenants),
    verdicts: sum(before.verdicts ?? {}, tally.verdicts),
    countedBackTo: tally.backTo,
  }
}

function sum(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const all = new Map(Object.entries(a))
  for (const [name, count] of Object.entries(b)) all.set(name, (all.get(name) ?? 0) + count)
  return Object.fromEntries([...all].sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1)))
}
