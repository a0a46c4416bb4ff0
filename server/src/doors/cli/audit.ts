import { parseMoment } from '#ground/platform/parse-moment.ts'
import { type Audit, auditBooks } from '#services/ledger/audit-books.ts'
import { bookColumns } from '#services/ledger/ledger-store.ts'
import { compareDay, dateOf, lastDay } from '#services/statistics/check-statistics.ts'
import { UseError } from './arguments.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

/** `./mailkeep audit`: proves that every accepted delivery is accounted for. */
export const command: SiteCommand = {
  name: 'audit',
  summary: 'proves that every accepted delivery is accounted for',
  help: `Usage: mailkeep audit [--day 2026-11-21] [--json]
Compares the books, the state of each delivery, the ledger and the stored content with each other, and the statistics of
the last full day, where they are complete, with the ledger.
  --day        the statistics of this day (UTC) instead
Exit code 0: all agree. 1: they differ; each difference is listed.`,
  options: { day: { type: 'string' } },
  async run(site, given, out) {
    const asked = given.text('day')
    const day = readDay(asked, Date.now())
    const found = await auditBooks(site.ledger)
    const { ledger, statistics: readStatistics } = site
    // Nobody else reads by the thread of a command.
    const statistics = await compareDay({ readStatistics, ledger, rest: async () => undefined }, day)
    const restored = site.restored()
    const text = [
      describe(found),
      ...describeStatistics(statistics, dateOf(day), asked !== undefined),
      ...describeGap(restored),
    ].join('\n\n')
    out.answer({ ...found, day: dateOf(day), statistics, restored }, text)
    return found.balanced && (statistics ?? []).length === 0 ? 0 : 1
  },
}

/** The day that is asked for, or the last full one: its beginning (ms). @throws UseError */
function readDay(text: string | undefined, now: number): number {
  const last = lastDay(now)
  if (text === undefined) return last
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? parseMoment(text, now, false) : null
  if (day === null) throw new UseError('--day takes a day such as 2026-11-21')
  if (day > last) throw new UseError(`${text} is not over yet; the last full day is ${dateOf(last)}`)
  return day
}

function describeStatistics(differences: readonly string[] | null, date: string, isAsked: boolean): string[] {
  if (differences === null) return [`Statistics of ${date} are not complete yet.`]
  if (differences.length === 0) return isAsked ? [`Statistics of ${date} agree with the ledger.`] : []
  return [`Statistics of ${date} differ:\n${differences.map((each) => `  ${each}`).join('\n')}`]
}

/** What the books cannot know: that they balance says nothing of it. */
function describeGap(restored: ReturnType<Site['restored']>): string[] {
  if (restored === null) return []
  const [at, until] = [restored.at, restored.restoredAt].map((each) => new Date(each).toISOString())
  return [
    `This data folder was restored from ${restored.from}. What was accepted or changed after ${at} and before it was restored\n(${until}) is not in these books, and what waits may have been delivered in that time.`,
  ]
}

function describe({ balanced, totals, lines, differences }: Audit): string {
  const rows = [
    ...lines.map((line) => [
      line.tenant,
      line.direction,
      ...bookColumns.map((column) => String(line[column])),
    ]),
    ['all', '', ...bookColumns.map((column) => String(totals[column]))],
  ]
  const sheet = table(['tenant', 'direction', ...bookColumns], rows)
  if (balanced)
    return `${sheet}\n\nThe books balance: accepted = delivered + returned + quarantined + held + sealed + discarded + waiting.`
  return `${sheet}\n\nThe books do not balance:\n${differences.map((each) => `  ${each.text}`).join('\n')}`
}
