import type { BookFigures, MinuteFigures, Reach } from '#services/ledger/ledger-store.ts'
import type { Statements } from './statements.ts'
import { deliveryWithin } from './trace-conditions.ts'

interface Change {
  readonly minute: number
  readonly was: string | null
  readonly state: string
  readonly changes: number
}

/**
 * The books by minute for some domains. Books are kept by tenant, so these are added up from the events of the stretch:
 * meant for an hour, not for years.
 */
export function minutesOfDomains(
  statements: Statements,
  since: number,
  until: number,
  within: Reach,
): MinuteFigures[] {
  const { sql, values } = deliveryWithin(within, 'm', 'many')
  const rows = statements.all<Change>(
    `SELECT minute, was, state, count(*) AS changes FROM (
       SELECT e.at / 60000 AS minute, e.state,
         (SELECT b.state FROM events b WHERE b.message_id = e.message_id AND b.n = e.n AND b.state IS NOT NULL
            AND b.seq < e.seq ORDER BY b.seq DESC LIMIT 1) AS was
       FROM events e JOIN deliveries d ON d.message_id = e.message_id AND d.n = e.n
         JOIN messages m ON m.id = e.message_id
       WHERE e.at >= ? AND e.at < ? AND e.state IS NOT NULL AND ${sql})
     GROUP BY minute, was, state ORDER BY minute`,
    since,
    until,
    ...values,
  )
  const minutes = new Map<number, Record<keyof BookFigures, number>>()
  for (const { minute, was, state, changes } of rows) {
    const figures = minutes.get(minute) ?? nothing()
    minutes.set(minute, figures)
    add(figures, was ?? 'accepted', was === null ? changes : -changes)
    add(figures, state, changes)
  }
  return [...minutes].map(([minute, figures]) => ({ at: minute * 60_000, ...figures }))
}

function add(figures: Record<keyof BookFigures, number>, column: string, by: number): void {
  if (Object.hasOwn(figures, column)) figures[column as keyof BookFigures] += by
}

const nothing = (): Record<keyof BookFigures, number> => ({
  accepted: 0,
  delivered: 0,
  returned: 0,
  quarantined: 0,
  held: 0,
  sealed: 0,
  discarded: 0,
  waiting: 0,
})
