const tenantMark = 'tenant:'

/** The tenant of an address, by the levels that it belongs to, widest first; null: its domain is none of ours. */
export function tenantOfLevels(levels: readonly string[]): string | null {
  return levels.findLast((each) => each.startsWith(tenantMark))?.slice(tenantMark.length) ?? null
}
