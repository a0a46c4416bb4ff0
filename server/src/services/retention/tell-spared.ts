import type { Alarms } from '#ground/platform/alarms.ts'
import { noEndYet } from '#ground/platform/kept-days.ts'

export interface SparedParts {
  readonly alarms: Alarms
  /** When the last longer time of a domain is over; null: none runs. */
  readonly longerUntil: (domain: string) => number | null
}

/**
 * Tells, domain by domain, how much mail leaves when its longer time is over: a change of the directory asks nobody, so
 * this is where it is said, while there is time to keep it.
 * @param counts deliveries by domain, for each kind of mail
 */
export function tellSpared(
  { alarms, longerUntil }: SparedParts,
  counts: readonly ReadonlyMap<string, number>[],
): void {
  const domains = new Set(counts.flatMap((each) => [...each.keys()]))
  for (const open of alarms.open())
    if (open.name === 'kept-longer' && !domains.has(open.subject)) alarms.clear('kept-longer', open.subject)
  for (const domain of domains) {
    const until = longerUntil(domain)
    const many = counts.reduce((sum, each) => sum + (each.get(domain) ?? 0), 0)
    alarms.raise(
      'kept-longer',
      domain,
      `${many === 1 ? '1 message is' : `${many} messages are`} older than mail of people of ${domain} is kept since the directory changed; quarantined ones and the content of returned ones are deleted, and held ones go back, ${whenOver(until)}, unless a longer time is set`,
    )
  }
}

function whenOver(until: number | null): string {
  if (until === null) return 'soon'
  if (until >= noEndYet) return 'when the loss that is held back is confirmed and the grace time is over'
  return `by ${new Date(until).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
