import type { Reach } from '#services/ledger/ledger-store.ts'
import { reachesAll, type SuppressionOrder } from './suppression-order.ts'
import type { Suppression, SuppressionCause } from './suppression-store.ts'

export interface SuppressionFilter {
  readonly text?: string
  readonly cause?: SuppressionCause
  readonly after?: string
  readonly limit: number
}

/**
 * Recipients in reach that are left alone now, a page at a time.
 * @param within whose; null: everybody's
 */
export async function listSuppressions(
  order: SuppressionOrder,
  within: Reach | null,
  { text = '', cause, after = '', limit }: SuppressionFilter,
): Promise<{ readonly lines: readonly Suppression[]; readonly next: string | null }> {
  const asked = { within, now: order.at, text, cause: cause ?? null, after, limit: limit + 1 }
  const found = await order.suppressions.list(asked)
  const page = found.slice(0, limit)
  const reached = new Map<string, boolean>()
  for (const { tenant } of page)
    if (!reached.has(tenant)) reached.set(tenant, await reachesAll(order, tenant))
  return {
    lines: page.filter(({ tenant }) => reached.get(tenant)),
    next: found.length > limit ? (page.at(-1)?.id ?? null) : null,
  }
}
