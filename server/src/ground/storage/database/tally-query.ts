import { firstIdAt } from '#ground/platform/ids.ts'
import type { Stretch, Tally } from '#services/ledger/ledger-store.ts'
import type { Statements } from './statements.ts'

/** Counts what became of mail in a stretch by the ledger, and what the books have of it as accepted; nothing of our own mail. */
export function tallyOf(statements: Statements, since: number, until: number): Tally[] {
  const events = statements.all<Omit<Tally, 'what'> & { kind: string; state: string | null }>(
    `SELECT tenant, direction, kind, state, count(*) AS deliveries FROM events
     WHERE at >= ? AND at < ? AND n IS NOT NULL AND direction <> 'own' AND tenant <> ''
     GROUP BY tenant, direction, kind, state`,
    since,
    until,
  )
  const booked = statements.all<Tally>(
    `SELECT tenant, direction, 'booked' AS what, sum(accepted) AS deliveries FROM books
     WHERE minute >= ? AND minute < ? AND direction <> 'own' AND tenant <> '' GROUP BY tenant, direction`,
    Math.floor(since / 60_000),
    Math.floor(until / 60_000),
  )
  return [...events.flatMap(countsOf), ...booked]
}

/** Counts the refusals of a stretch among those whose ids were made in another: ids can be found, moments cannot. */
export function refusedOf(statements: Statements, ids: Stretch, { since, until }: Stretch): Tally[] {
  return statements.all(
    `SELECT tenant, 'inbound' AS direction, 'refused' AS what, count(*) AS deliveries FROM refusals
     WHERE id >= ? AND id < ? AND at >= ? AND at < ? AND tenant <> '' GROUP BY tenant`,
    firstIdAt(ids.since),
    firstIdAt(ids.until),
    since,
    until,
  )
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
