import {
  type HistoryDocument,
  type HistoryEntry,
  limits,
  type Severity,
  type StatedTotals,
} from './history-entry.ts'
import { readHeadingDay, readPrintedDuration, readTrackerMoment } from './read-moment.ts'
import { readPosts } from './read-posts.ts'

/** `Minor October 7, 2024`: where an entry begins. */
function readHeading(line: string): { severity: Severity; day: string } | null {
  const found = /^(Notice|Minor|Major|Critical) ([A-Z][a-z]{2,8} \d{1,2}, \d{4})$/.exec(line.trim())
  const day = found ? readHeadingDay(found[2] ?? '') : null
  return found && day ? { severity: (found[1] ?? '').toLowerCase() as Severity, day } : null
}

/** True: lines of this document are entries of a tracker's list of outages. */
export function isTrackerPage(lines: readonly string[]): boolean {
  return lines.some((line) => readHeading(line) !== null)
}

/**
 * Reads a tracker's list of outages. Labels may lack their values (a notice has no length), and the totals at the top
 * are those of the tracker: they are kept as told, and never used.
 */
export function readTrackerPage(lines: readonly string[]): HistoryDocument {
  const starts = lines.flatMap((line, index) => (readHeading(line) ? [index] : [])).slice(0, limits.entries)
  const entries = starts.map((start, n) =>
    readEntry(lines.slice(start, starts[n + 1] ?? lines.length), start + 1),
  )
  return { form: 'tracker-page', entries, stated: readStated(lines.slice(0, starts[0] ?? 0)) }
}

function readEntry(block: readonly string[], line: number): HistoryEntry {
  const heading = readHeading(block[0] ?? '')
  const timeline = block.findIndex((each) => /^Timeline\b/.test(each))
  const facts = block.slice(1, timeline < 0 ? block.length : timeline).map((each) => each.trim())
  const title = facts.find((each) => each !== '') ?? ''
  return {
    ...{ line, form: 'tracker-page', title: title.slice(0, limits.title) || null },
    severity: heading?.severity ?? null,
    day: heading?.day ?? null,
    detectedAt: momentAfter(facts, /^Detected by /),
    resolvedAt: momentAfter(facts, /^Resolved$/),
    printedDuration: durationAfter(facts),
    affected: facts.filter((each) => each.startsWith('Affected: ')).map((each) => each.slice(10)),
    posts: timeline < 0 ? [] : readPosts(block.slice(timeline + 1)),
  }
}

/** The moment on the line after a label; null: there is no label, or something else follows it. */
export function momentAfter(facts: readonly string[], label: RegExp): number | null {
  const at = facts.findIndex((each) => label.test(each))
  return at < 0 ? null : readTrackerMoment(facts.slice(at + 1).find((each) => each !== '') ?? '')
}

/** The length on the line after its label; null: none, or a dash. */
export function durationAfter(facts: readonly string[]): string | null {
  const at = facts.indexOf('Duration')
  const next = at < 0 ? '' : (facts.slice(at + 1).find((each) => each !== '') ?? '')
  return readPrintedDuration(next) === null ? null : next
}

function readStated(head: readonly string[]): StatedTotals | null {
  let since: string | null = null
  let stated: StatedTotals | null = null
  for (const line of head) {
    since ??= /outages since ([A-Z][a-z]+ \d{1,2}, \d{4})/.exec(line)?.[1] ?? null
    const incidents = /\b(\d{1,6}) outages /.exec(line)?.[1]
    const downtime = /totaling ([\dwdhms ]{2,40})of downtime/.exec(line)?.[1]?.trim()
    if (incidents && downtime)
      stated ??= {
        incidents: Number(incidents),
        downtime,
        minutes: readPrintedDuration(downtime),
        since: null,
      }
  }
  return stated && { ...stated, since }
}
