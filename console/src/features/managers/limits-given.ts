/** Said for a manager who has nothing left: from now on all of his tenant. */
export const allOfTenant = 'all'

/**
 * What a manager is limited to from now on, by the names in the field; null: to nothing less than his tenant. Whoever has
 * nothing left, since his people are gone, keeps nothing while the field stays empty: another change must not give him all.
 * @param known what he is limited to now; undefined: he is new
 */
export function limitsGiven(
  named: readonly string[],
  known: readonly string[] | null | undefined,
): string[] | null {
  const hasNothing = known?.length === 0
  if (hasNothing && named.length === 1 && named[0] === allOfTenant) return null
  return named.length === 0 && !hasNothing ? null : [...named]
}
