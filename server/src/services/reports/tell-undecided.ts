import type { Alarms } from '#ground/platform/alarms.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import type { ReportStore } from './report-store.ts'

/** So many domains are told of, the longest waiting first. */
const mostTold = 200

/**
 * Raises an alarm for each domain whose people have reported something that nobody has decided for so long. Such reports
 * are never forgotten, so they would only become more.
 */
export async function tellUndecided(
  reports: Pick<ReportStore, 'undecided'>,
  alarms: Alarms,
  now: number,
  remindAfterMs: number,
): Promise<void> {
  const late = await reports.undecided(now - remindAfterMs, mostTold)
  const names = new Set(late.map(({ domain }) => domain))
  for (const { name, subject } of alarms.open())
    if (name === 'reports-undecided' && !names.has(subject)) alarms.clear(name, subject)
  for (const { domain, count, oldestAt } of late) {
    const what = count === 1 ? 'one report waits' : `${count} reports wait`
    alarms.raise(
      'reports-undecided',
      domain,
      `of people of ${domain} ${what} for an answer, the oldest since ${utcWords(oldestAt)}; give one under Reported, or see "mailkeep reports list --state open"`,
    )
  }
}
