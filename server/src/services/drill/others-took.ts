import type { MeasuredRow } from '#services/watch/measure-store.ts'
import { quantileOfSteps } from '#services/watch/quantile-of-steps.ts'

/** Messages from which it can be said. */
const enough = 20

/**
 * How long mail of people is with us: 95 of 100 were through acceptance within, and 95 of 100 through the wait for their first
 * try, in ms together. What their next hops take is not ours. Null: there were too few.
 */
export function othersTook(rows: readonly MeasuredRow[]): number | null {
  const mine = rows.filter(({ direction, tenants }) => direction !== 'own' && tenants !== 'probe')
  const [accept, wait] = (['accept', 'wait'] as const).map((stage) => {
    const steps: number[] = []
    for (const row of mine)
      if (row.name === stage)
        for (const [index, each] of row.steps.entries()) steps[index] = (steps[index] ?? 0) + each
    return steps.reduce((sum, each) => sum + each, 0) < enough ? null : quantileOfSteps(steps, 0.95)
  })
  return typeof accept === 'number' && typeof wait === 'number' ? accept + wait : null
}
