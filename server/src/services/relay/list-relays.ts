import { type RelayOrder, reaches } from './relay-order.ts'
import type { Relay } from './relay-store.ts'

/**
 * Servers in reach, in order of their ids.
 * @param tenants null: of all
 */
export async function listRelays(
  order: RelayOrder,
  tenants: readonly string[] | null,
  after: string,
  limit: number,
): Promise<{ readonly lines: readonly Relay[]; readonly next: string | null }> {
  const found = await order.relays.relays(tenants, after, limit + 1)
  const page = found.slice(0, limit)
  const lines: Relay[] = []
  for (const each of page) if (await reaches(order, each)) lines.push(each)
  return { lines, next: found.length > limit ? (page.at(-1)?.id ?? null) : null }
}
