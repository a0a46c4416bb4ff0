import { OrderError } from '#services/ledger/order-error.ts'
import type { Incident, Predicate } from './incident.ts'
import { type IncidentOrder, incidentOf, takeStep } from './incident-order.ts'

const longestText = 320
const mostFindings = 50
const longestMs = 92 * 86_400_000

/** Says which mail it touched. What was counted before belongs to another list and is dropped. @throws OrderError */
export async function setPredicate(order: IncidentOrder, id: string, given: Predicate): Promise<Incident> {
  const before = await incidentOf(order, id)
  const predicate = checkPredicate(given)
  return takeStep(order, before, {
    what: 'incident-list-set',
    now: { predicate, figures: null },
    log: { kind: 'list', text: describePredicate(predicate) },
    before: before.predicate,
    after: predicate,
  })
}

/** @throws OrderError wrong */
export function checkPredicate(given: Predicate): Predicate {
  const { since, until, lateBy, findings } = given
  if (until !== null && until < since)
    throw new OrderError('wrong', 'the end of the list is before its beginning')
  if (until !== null && until - since > longestMs)
    throw new OrderError('wrong', 'a list spans 92 days at most')
  if (lateBy !== undefined && (lateBy < 0 || lateBy > longestMs))
    throw new OrderError('wrong', 'how late is a time between nothing and 92 days')
  if ((findings?.length ?? 0) > mostFindings)
    throw new OrderError('wrong', `a list names ${mostFindings} findings at most`)
  for (const [name, value] of Object.entries(given))
    if (typeof value === 'string' && value.length > longestText)
      throw new OrderError('wrong', `${name} is longer than ${longestText} characters`)
  return given
}

/** In words, for the log of the incident. */
export function describePredicate({ since, until, ...conditions }: Predicate): string {
  const moments = `${new Date(since).toISOString()} to ${until === null ? 'its end' : new Date(until).toISOString()}`
  const words = Object.entries(conditions).map(([name, value]) =>
    name === 'lateBy' ? `late by ${Number(value) / 1000} s` : `${name} ${String(value)}`,
  )
  return ['mail of', moments, ...words.map((each) => `, ${each}`)].join(' ').replaceAll(' ,', ',')
}
