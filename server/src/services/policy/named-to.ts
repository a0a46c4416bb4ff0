import type { PolicyOrder } from './policy-order.ts'

/** Of some levels those that whoever orders may hear of by name. */
export async function namedTo(
  { reaches }: Pick<PolicyOrder, 'reaches'>,
  levels: readonly string[],
): Promise<string[]> {
  if (reaches === undefined) return [...levels]
  const named: string[] = []
  for (const level of new Set(levels)) if (await reaches(level)) named.push(level)
  return named
}
