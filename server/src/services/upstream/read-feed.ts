import { toPrintable } from '#ground/mail/printable-text.ts'
import { limits } from '#services/history/history-entry.ts'
import { fields, readIncident } from '#services/history/read-statuspage-json.ts'
import type { UpstreamIncident } from './upstream-store.ts'

/** Most incidents that are taken from one answer. */
const mostIncidents = 200
const earliest = Date.parse('2000-01-01T00:00:00Z')
const dayMs = 86_400_000

/**
 * Reads what a provider tells of its incidents, in the form of Statuspage v2 (`incidents.json`, `summary.json`). What a
 * stranger says is cut, cleaned and bounded; an incident without an id or a beginning that can be is left out.
 * @returns null where it is no such answer
 */
export function readFeed(feed: string, body: Uint8Array, now: number): UpstreamIncident[] | null {
  let told: unknown
  try {
    told = JSON.parse(new TextDecoder().decode(body))
  } catch {
    return null
  }
  const list = fields(told).incidents
  if (!Array.isArray(list)) return null
  const found = list.slice(0, mostIncidents).flatMap((each, index) => toIncident(feed, each, index, now))
  return [...new Map(found.map((each) => [each.id, each])).values()]
}

function toIncident(feed: string, given: unknown, index: number, now: number): UpstreamIncident[] {
  const { id, shortlink, status } = fields(given)
  const entry = readIncident(given, index)
  const startedAt = possible(entry.detectedAt, now)
  if (typeof id !== 'string' || id === '' || startedAt === null) return []
  const endedAt = possible(entry.resolvedAt, now)
  return [
    {
      ...{ feed, id: toPrintable(id, 100), startedAt, seenAt: now },
      name: toPrintable(entry.title ?? 'without a name', limits.title),
      severity: entry.severity,
      state: typeof status === 'string' ? toPrintable(status.replaceAll('_', ' '), 30) : null,
      endedAt: endedAt === null ? null : Math.max(startedAt, endedAt),
      firstPostAt: possible(entry.posts.find((each) => each.at !== null)?.at ?? null, now),
      link: linkIn(shortlink),
    },
  ]
}

/** A moment of the past, or of a clock that is a little ahead. */
function possible(at: number | null, now: number): number | null {
  return at !== null && at >= earliest && at <= now + dayMs ? at : null
}

function linkIn(given: unknown): string | null {
  const url = typeof given === 'string' && given.length <= 500 ? URL.parse(given) : null
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : null
}
