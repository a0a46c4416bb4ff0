import type { AffectedLine, AffectedQuery, LedgerStore, Reach } from '#services/ledger/ledger-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { Incident } from './incident.ts'

/**
 * The question that an incident puts to the ledger. Where it names no end, its list ends with the incident, or now.
 * @throws OrderError conflict where nobody has said yet which mail it touched
 */
export function questionOf(incident: Incident, now: number, within?: Reach): AffectedQuery {
  const { predicate, resolvedAt, name } = incident
  if (predicate === null) throw new OrderError('conflict', `nobody has said yet which mail "${name}" touched`)
  const { until, ...conditions } = predicate
  return { ...conditions, until: until ?? resolvedAt ?? now, ...(within && { within }) }
}

/** How many a question finds, by state and by tenant; exact unless the time was over. */
export interface AffectedSums {
  readonly affected: number
  readonly states: Readonly<Record<string, number>>
  readonly tenants: Readonly<Record<string, number>>
  readonly firstAt: number | null
  readonly lastAt: number | null
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
  for (let after: string | null = ''; ; ) {
    const found: { lines: AffectedLine[]; next: string | null } = await ledger.affected(query, after, page)
    for (const { state, tenant, happenedAt } of found.lines) {
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
        ...(affected === 0 ? { firstAt: null, lastAt: null } : { firstAt, lastAt }),
      }
  }
}

/** Most first. */
function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)))
}
