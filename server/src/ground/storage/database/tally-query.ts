import { firstIdAt } from '#ground/platform/ids.ts'
import type { Stretch, Tally } from '#services/ledger/ledger-store.ts'
import type { Statements } from './statements.ts'

/** Counts what became of mail in a stretch by the ledger, and what the books have of it as accepted; nothing of our own mail. */
export function tallyOf(statements: Statements, since: number, until: number): Tally[] {
  const events = statements.all<EventCount>(
    `SELECT tenant, direction, kind, state, detail ->> '$.verdict' AS verdict, count(*) AS deliveries FROM events
     WHERE at >= ? AND at < ? AND n IS NOT NULL AND direction <> 'own' AND tenant <> ''
     GROUP BY tenant, direction, kind, state, verdict`,
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
  const rows = statements.all<{ tenant: string; verdict: string | null; deliveries: number }>(
    `SELECT tenant, detail ->> '$.verdict' AS verdict, count(*) AS deliveries FROM refusals
     WHERE id >= ? AND id < ? AND at >= ? AND at < ? AND tenant <> '' GROUP BY tenant, verdict`,
    firstIdAt(ids.since),
    firstIdAt(ids.until),
    since,
    until,
  )
  return rows.flatMap(({ verdict, ...row }) => {
    const place = { ...row, direction: 'inbound' }
    return [{ ...place, what: 'refused' }, ...judgedOf(place, verdict)]
  })
}

interface EventCount extends Omit<Tally, 'what'> {
  readonly kind: string
  readonly state: string | null
  readonly verdict: string | null
}

/** A message may be set aside by the event that accepts it: that counts as both. */
function countsOf({ kind, state, verdict, ...place }: EventCount): Tally[] {
  const isNamed = kind === 'accepted' || kind === 'deferred'
  return [
    ...(isNamed ? [{ ...place, what: kind }] : []),
    ...(state !== null && state !== 'waiting' ? [{ ...place, what: state }] : []),
    ...judgedOf(place, verdict),
  ]
}

function judgedOf(place: Omit<Tally, 'what'>, verdict: string | null): Tally[] {
  return verdict === null ? [] : [{ ...place, what: `verdict-${verdict}` }]
}
