import { OrderError } from '#services/ledger/order-error.ts'
import type { Incident } from './incident.ts'

/**
 * Whether an incident may be closed: only with a cause, or with the words that it is unknown and the data to show that
 * it was looked for; and not while a promised review is due. @throws OrderError conflict, which says what is missing
 */
export function assertMayClose({ cause, figures, promises }: Incident): void {
  if (cause === null)
    throw new OrderError(
      'conflict',
      'it closes with a cause, or with the cause "unknown" and the data beside it',
    )
  if (cause.name === 'unknown' && cause.evidence.length === 0 && figures === null)
    throw new OrderError(
      'conflict',
      'a cause that stays unknown needs the data: name what was measured, or let the list of affected mail be counted',
    )
  const open = promises.filter((each) => each.keptAt === null)
  if (open.length > 0)
    throw new OrderError(
      'conflict',
      `a review was promised until ${new Date(open[0]?.due ?? 0).toISOString().slice(0, 10)}: ${open[0]?.what}`,
    )
}
