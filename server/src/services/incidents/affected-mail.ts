import type { AffectedQuery, FoundLine, LedgerStore, Reach } from '#services/ledger/ledger-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { Delays, Incident } from './incident.ts'

/**
 * The question that an incident puts to the ledger. Where it names no end, its list ends with the incident, or when
 * measurements were good again, or now.
 * @throws OrderError conflict where nobody has said yet which mail it touched
 */
export function questionOf(incident: Incident, now: number, within?: Reach): AffectedQuery {
  const { predicate, resolvedAt, quietSince, name } = incident
  if (predicate === null) throw new OrderError('conflict', `nobody has said yet which mail "${name}" touched`)
  const { until, ...conditions } = predicate
  return { ...conditions, until: until ?? resolvedAt ?? quietSince ?? now, ...(within && { within }) }
}

/** How many a question finds, by state and by tenant; exact unless the time was over. */
export interface AffectedSums {
  readonly affected: number
  readonly states: Readonly<Record<string, number>>
  readonly tenants: Readonly<Record<string, number>>
  readonly firstAt: number | null
  readonly lastAt: number | null
  /** Null: none was accepted. */
  readonly delays: Delays | null
  /** All were counted. */
  readonly isExact: boolean
}

const page = 2000

/** Counts what a question finds, for so long at most. */
export async function countAffected(
  ledger: Pick<LedgerStore, 'affected'>,
  query: AffectedQuery,
  budgetMs: number,
): Promise<AffectedSums> {
  const until = performance.now() + budgetMs
  const [states, tenants] = [new Map<string, number>(), new Map<string, number>()]
  let [affected, firstAt, lastAt] = [0, Number.POSITIVE_INFINITY, 0]
  const delays: number[] = []
  const now = Date.now()
  for (let after: string | null = ''; ; ) {
    const found: { lines: FoundLine[]; next: string | null } = await ledger.affected(query, after, page)
    for (const { state, tenant, happenedAt, acceptedAt, endedAt } of found.lines) {
      if (acceptedAt !== null) delays.push(Math.max(0, (endedAt ?? now) - acceptedAt))
      affected += 1
      states.set(state, (states.get(state) ?? 0) + 1)
      tenants.set(tenant, (tenants.get(tenant) ?? 0) + 1)
      firstAt = Math.min(firstAt, happenedAt)
      lastAt = Math.max(lastAt, happenedAt)
    }
    after = found.next
    if (after === null || performance.now() > until)
      return {
        ...{ affected, states: sorted(states), tenants: sorted(tenants), isExact: after === null },
        delays: spreadOf(delays),
        ...(affected === 0 ? { firstAt: null, lastAt: null } : { firstAt, lastAt }),
      }
  }
}

/** Most first. */
function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)))
}

/** Of the values themselves: the smallest that so many of a hundred do not exceed. */
function spreadOf(delays: number[]): Delays | null {
  delays.sort((a, b) => a - b)
  const of = (share: number) => delays[Math.max(0, Math.ceil(share * delays.length) - 1)] ?? 0
  return delays.length === 0 ? null : { p50: of(0.5), p95: of(0.95), p99: of(0.99), max: of(1) }
}
