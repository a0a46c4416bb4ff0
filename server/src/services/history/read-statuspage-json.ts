import { type HistoryDocument, type HistoryEntry, limits, type Post, type Severity } from './history-entry.ts'

const severities: Readonly<Record<string, Severity>> = {
  ...{ none: 'notice', maintenance: 'notice', minor: 'minor', major: 'major', critical: 'critical' },
}

/** Incidents of a status page in Statuspage v2 form (`incidents.json`); null: it is something else. */
export function readStatuspageJson(text: string): HistoryDocument | null {
  if (!text.trimStart().startsWith('{')) return null
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return null
  }
  const lists = ['incidents', 'scheduled_maintenances'].map((name) => listIn(body, name))
  if (lists.every((each) => each === null)) return null
  const found = lists.flatMap((each) => each ?? []).slice(0, limits.entries)
  return { form: 'statuspage-json', entries: found.map(readIncident), stated: null }
}

function listIn(body: unknown, name: string): unknown[] | null {
  const list = (body as Record<string, unknown> | null)?.[name]
  return Array.isArray(list) ? list : null
}

/** One of its incidents. It has no lines: `line` is its place in the list. */
export function readIncident(given: unknown, index: number): HistoryEntry {
  const at = fields(given)
  const started = momentIn(at.started_at) ?? momentIn(at.scheduled_for) ?? momentIn(at.created_at)
  const components = Array.isArray(at.components) ? at.components : []
  const posts = Array.isArray(at.incident_updates) ? at.incident_updates : []
  return {
    ...{ line: index + 1, form: 'statuspage-json', title: textIn(at.name, limits.title) || null },
    severity: severities[textIn(at.impact, 20)] ?? null,
    day: started === null ? null : new Date(started).toISOString().slice(0, 10),
    detectedAt: started,
    resolvedAt: momentIn(at.resolved_at),
    printedDuration: null,
    affected: components.slice(0, 100).flatMap((each) => textIn(fields(each).name, 120) || []),
    posts: posts
      .slice(0, limits.posts)
      .map(readPost)
      .toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0)),
  }
}

function readPost(given: unknown): Post {
  const at = fields(given)
  return {
    state: textIn(at.status, 30).replaceAll('_', ' ') || null,
    at: momentIn(at.display_at) ?? momentIn(at.created_at),
    text: textIn(at.body, limits.text),
  }
}

export function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function textIn(value: unknown, most: number): string {
  return typeof value === 'string' ? value.trim().slice(0, most) : ''
}

function momentIn(value: unknown): number | null {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? null : at
}
