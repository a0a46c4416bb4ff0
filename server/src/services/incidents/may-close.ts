import { OrderError } from '#services/ledger/order-error.ts'
import type { Incident } from './incident.ts'

/**
 * What has to be done before an incident may be closed: it needs a cause, or the words that it is unknown and the data
 * to show that it was looked for; and no promised review may be due. None: it may be closed.
 */
export function missingToClose({ cause, figures, promises }: Incident): string[] {
  const missing: string[] = []
  if (cause === null)
    missing.push('it closes with a cause, or with the cause "unknown" and the data beside it')
  else if (cause.name === 'unknown' && cause.evidence.length === 0 && figures === null)
    missing.push(
      'a cause that stays unknown needs the data: name what was measured, or let the list of affected mail be counted',
    )
  for (const each of promises)
    if (each.keptAt === null)
      missing.push(
        `a review was promised until ${new Date(each.due).toISOString().slice(0, 10)}: ${each.what}`,
      )
  return missing
}

/** @throws OrderError conflict, which says what is missing */
export function assertMayClose(incident: Incident): void {
  const [first] = missingToClose(incident)
  if (first !== undefined) throw new OrderError('conflict', first)
}
