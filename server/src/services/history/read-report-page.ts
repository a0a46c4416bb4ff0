import { type HistoryDocument, type HistoryEntry, limits, type Post } from './history-entry.ts'

const head = /^Report: ?["“](.{1,300})["”]$/

/** True: this document is a vendor's page of reports. */
export function isReportPage(lines: readonly string[]): boolean {
  return lines.some((line) => head.test(line.trim()))
}

/**
 * Reads a vendor's page of reports: newest report first, and in it the newest post first, glued to the words "Last
 * update". It gives no moments and no states; only the order, and what the texts tell, speak of time.
 */
export function readReportPage(lines: readonly string[]): HistoryDocument {
  const starts = lines
    .flatMap((line, index) => (head.test(line.trim()) ? [index] : []))
    .slice(0, limits.entries)
  const entries = starts.map((start, n) =>
    readReport(lines.slice(start, starts[n + 1] ?? lines.length), start + 1),
  )
  return { form: 'report-page', entries, stated: null }
}

function readReport(block: readonly string[], line: number): HistoryEntry {
  const posts: Post[] = block
    .slice(1)
    .map((each, n) => (n === 0 ? each.trim().replace(/^Last update:? ?/, '') : each.trim()))
    .filter((text) => text !== '')
    .slice(0, limits.posts)
    .map((text) => ({ state: null, at: null, text: text.slice(0, limits.text) }))
  return {
    ...{ line, form: 'report-page', title: head.exec((block[0] ?? '').trim())?.[1] ?? null },
    ...{ severity: null, day: null, detectedAt: null, resolvedAt: null, printedDuration: null, affected: [] },
    posts: posts.toReversed(),
  }
}
