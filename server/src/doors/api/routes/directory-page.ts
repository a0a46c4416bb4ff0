import { type Principal, reachOfMail } from '#services/access/principal.ts'
import type { Page, Within } from '#services/directory/directory-views.ts'

interface ListQuery {
  readonly text?: string
  readonly after?: string
  readonly limit?: number
}

const linesShown = 25

export function withinOf(principal: Principal): Within {
  return reachOfMail(principal) ?? null
}

/** What a list is asked with: one line more than is shown, so that it is known whether there are more. */
export function pageOf(principal: Principal, { text, after = '', limit = linesShown }: ListQuery): Page {
  return {
    within: withinOf(principal),
    after,
    limit: limit + 1,
    ...(text !== undefined && { text: text.toLowerCase() }),
  }
}

/** The lines that are shown, and where the next page begins. */
export function toPage<Line, Shown>(
  found: readonly Line[],
  { limit }: Page,
  keyOf: (line: Line) => string,
  show: (line: Line) => Shown,
): { lines: Shown[]; next: string | null } {
  const lines = found.slice(0, limit - 1)
  const last = lines.at(-1)
  return { lines: lines.map(show), next: found.length >= limit && last !== undefined ? keyOf(last) : null }
}
