import { type HistoryDocument, type HistoryEntry, limits, type Severity } from './history-entry.ts'
import { readHeadingDay, readPrintedDuration } from './read-moment.ts'
import { readPosts } from './read-posts.ts'
import { durationAfter, momentAfter } from './read-tracker-page.ts'

const told =
  /^(.{1,120}) experienced an? (notice|minor|major|critical) incident on ([A-Z][a-z]{2,8} \d{1,2}, \d{4})(?: affecting (.{1,300}))?, lasting ([^.]{1,40})\./

/** True: this document is the page of one incident. */
export function isIncidentPage(lines: readonly string[]): boolean {
  return lines.some((line) => told.test(line.trim()))
}

/**
 * Reads the page of one incident. Some captures have lost all but the sentence and the timeline; then the title is
 * unknown.
 */
export function readIncidentPage(lines: readonly string[]): HistoryDocument {
  const at = lines.findIndex((line) => told.test(line.trim()))
  const [, name = '', severity = '', day = '', affecting = '', lasting = ''] =
    told.exec((lines[at] ?? '').trim()) ?? []
  const title = titleAbove(lines.slice(0, at), name)
  const timeline = lines.findIndex((line) => /^Update timeline$/.test(line.trim()))
  const facts = lines.slice(at + 1, timeline < 0 ? lines.length : timeline).map((line) => line.trim())
  const entry: HistoryEntry = {
    ...{ line: (title?.index ?? at) + 1, form: 'incident-page', title: title?.text ?? null },
    severity: severity as Severity,
    day: readHeadingDay(day),
    detectedAt: momentAfter(facts, /^Started$/) ?? momentAfter(facts, /^Detected by /),
    resolvedAt: momentAfter(facts, /^Resolved$/),
    printedDuration: durationAfter(facts) ?? (readPrintedDuration(lasting) === null ? null : lasting),
    affected: affectedBelow(facts) ?? (affecting === '' ? [] : [affecting]),
    posts: timeline < 0 ? [] : readPosts(lines.slice(timeline + 1)),
  }
  return { form: 'incident-page', entries: [entry], stated: null }
}

/** The title stands above the sentence: neither the name of the page nor its line of states. */
function titleAbove(above: readonly string[], name: string): { index: number; text: string } | null {
  for (const [index, raw] of above.entries()) {
    const text = raw.trim()
    const isFrame = text === '' || text === name || text === `${name} incident`
    if (!isFrame && !/^(?:Notice|Minor|Major|Critical)\b/.test(text))
      return { index, text: text.slice(0, limits.title) }
  }
  return null
}

function affectedBelow(facts: readonly string[]): string[] | null {
  const at = facts.indexOf('Affected components')
  const names = at < 0 ? [] : facts.slice(at + 1).filter((each) => each !== '')
  return names.length > 0 ? names : null
}
