import { firstIdAt } from '#ground/platform/ids.ts'
import type { Tally } from '#services/ledger/ledger-store.ts'
import type { Statements } from './statements.ts'

/** The id of a refusal is made when its session speaks of it, a little before or after its moment. */
const idSlackMs = 3_600_000

/** Counts what the ledger has of a stretch, and what the books have of it as accepted; nothing of our own mail. */
export function tallyOf(statements: Statements, since: number, until: number): Tally[] {
  const events = statements.all<Omit<Tally, 'what'> & { kind: string; state: string | null }>(
    `SELECT tenant, direction, kind, state, count(*) AS deliveries FROM events
     WHERE at >= ? AND at < ? AND n IS NOT NULL AND direction <> 'own' AND tenant <> ''
     GROUP BY tenant, direction, kind, state`,
    since,
    until,
  )
  const refused = statements.all<Tally>(
    `SELECT tenant, 'inbound' AS direction, 'refused' AS what, count(*) AS deliveries FROM refusals
     WHERE id >= ? AND id < ? AND at >= ? AND at < ? AND tenant <> '' GROUP BY tenant`,
    firstIdAt(since - idSlackMs),
    firstIdAt(until + idSlackMs),
    since,
    until,
  )
  const booked = statements.all<Tally>(
    `SELECT tenant, direction, 'booked' AS what, sum(accepted) AS deliveries FROM books
     WHERE minute >= ? AND minute < ? AND direction <> 'own' AND tenant <> '' GROUP BY tenant, direction`,
    Math.floor(since / 60_000),
    Math.floor(until / 60_000),
  )
  return [...events.flatMap(countsOf), ...refused, ...booked]
}

/** A message may be set aside by the event that accepts it: that counts as both. */
function countsOf({
  kind,
  state,
  ...place
}: Omit<Tally, 'what'> & { kind: string; state: string | null }): Tally[] {
  const isNamed = kind === 'accepted' || kind === 'deferred'
  return [
    ...(isNamed ? [{ ...place, what: kind }] : []),
    ...(state !== null && state !== 'waiting' ? [{ ...place, what: state }] : []),
  ]
}
