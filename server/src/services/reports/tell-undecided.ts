import type { Alarms } from '#ground/platform/alarms.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import type { ReportStore, Undecided } from './report-store.ts'

/** So many domains are told of, the longest waiting first. */
const mostTold = 200
/** As far as the reports of one domain are counted. */
const mostCounted = 1000

/**
 * Raises an alarm for each domain with reports that nobody has decided for so long, since nobody will before they are
 * closed. Of what a tenant reported at domains that are no longer its own, only those who see the whole site are told: the
 * people of the domain now can neither see nor decide it.
 */
export async function tellUndecided(
  reports: Pick<ReportStore, 'undecided'>,
  alarms: Alarms,
  now: number,
  remindAfterMs: number,
): Promise<void> {
  const found = await reports.undecided(now - remindAfterMs, mostTold, mostCounted)
  const late = Map.groupBy(found, subjectOf)
  for (const { name, subject } of alarms.open())
    if (name === 'reports-undecided' && !late.has(subject)) alarms.clear(name, subject)
  for (const [subject, some] of late) alarms.raise('reports-undecided', subject, describe(some))
}

/** A tenant is no domain, so that an alarm about one is told to nobody but the operator. */
function subjectOf({ tenant, domain, isTheirs }: Undecided): string {
  return isTheirs ? domain : `tenant:${tenant}`
}

function describe(some: readonly Undecided[]): string {
  const count = some.reduce((sum, each) => sum + each.count, 0)
  const oldestAt = Math.min(...some.map((each) => each.oldestAt))
  const least = some.some((each) => each.count >= mostCounted) ? 'at least ' : ''
  const what = `${least}${count === 1 ? 'one report waits' : `${count} reports wait`}`
  const [first] = some
  const whose = first?.isTheirs
    ? `of people of ${first.domain}`
    : `of people of the tenant ${first?.tenant}, at domains that are no longer its own,`
  return `${whose} ${what} for an answer, the oldest since ${utcWords(oldestAt)}; give one under Reported, or see "mailkeep reports list --state open". Unanswered they are closed after reports.closeAfter`
}
