import { type Audit, auditBooks } from '#services/ledger/audit-books.ts'
import { bookColumns } from '#services/ledger/ledger-store.ts'
import { compareDay, lastDay } from '#services/statistics/check-statistics.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

/** `./mailkeep audit`: proves that every accepted delivery is accounted for. */
export const command: SiteCommand = {
  name: 'audit',
  summary: 'proves that every accepted delivery is accounted for',
  help: `Usage: mailkeep audit [--json]
Compares the books, the state of each delivery, the ledger and the stored content with each other, and the statistics of
the last full day, where they are complete, with the ledger.
Exit code 0: all agree. 1: they differ; each difference is listed.`,
  options: {},
  async run(site, _given, out) {
    const found = await auditBooks(site.ledger)
    const { ledger, statistics: readStatistics } = site
    const day = lastDay(Date.now())
    // Nobody else reads by the thread of a command.
    const statistics = await compareDay({ readStatistics, ledger, rest: async () => undefined }, day)
    const text = [describe(found), ...describeStatistics(statistics, day)].join('\n\n')
    out.answer({ ...found, statistics }, text)
    return found.balanced && (statistics ?? []).length === 0 ? 0 : 1
  },
}

function describeStatistics(differences: readonly string[] | null, day: number): string[] {
  if (differences === null)
    return [`Statistics of ${new Date(day).toISOString().slice(0, 10)} are not complete yet.`]
  if (differences.length === 0) return []
  return [`Statistics differ:\n${differences.map((each) => `  ${each}`).join('\n')}`]
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
