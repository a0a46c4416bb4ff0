import { toPrintable } from '#ground/mail/printable-text.ts'
import { limits } from '#services/history/history-entry.ts'
import { feedIncidents } from './feed-incidents.ts'
import { productIncidents } from './product-incidents.ts'
import { readJson } from './read-json.ts'
import { statuspageIncidents } from './statuspage-incidents.ts'
import type { ToldIncident } from './told-incident.ts'
import type { UpstreamIncident } from './upstream-store.ts'

const earliest = Date.parse('2000-01-01T00:00:00Z')
const dayMs = 86_400_000

/**
 * Reads what a provider tells of its incidents: in the form of Statuspage v2, as a list by product (as dashboards of
 * cloud providers have it), or as a feed (Atom, RSS). What a stranger says is cut, cleaned and bounded; an incident
 * without an id or a beginning that can be is left out.
 * @param url of the feed, for links that are relative to it
 * @returns null where it is no such answer, or more XML than is read
 */
export function readFeed(
  feed: string,
  body: Uint8Array,
  now: number,
  url?: string,
): UpstreamIncident[] | null {
  const text = new TextDecoder().decode(body)
  const json = readJson(text)
  const told =
    json === undefined ? feedIncidents(text, now) : (statuspageIncidents(json) ?? productIncidents(json))
  if (told === null) return null
  const found = told.flatMap((each) => toIncident(feed, each, now, url))
  return [...new Map(found.map((each) => [each.id, each])).values()]
}

function toIncident(feed: string, told: ToldIncident, now: number, url?: string): UpstreamIncident[] {
  const startedAt = possible(told.startedAt, now)
  if (told.id === '' || startedAt === null) return []
  const endedAt = possible(told.endedAt, now)
  return [
    {
      ...{ feed, id: toPrintable(told.id, 100), startedAt, seenAt: now },
      name: toPrintable(told.name ?? 'without a name', limits.title),
      severity: told.severity,
      state: told.state === null ? null : toPrintable(told.state.replaceAll('_', ' '), 30),
      endedAt: endedAt === null ? null : Math.max(startedAt, endedAt),
      firstPostAt: possible(told.firstPostAt, now),
      link: linkIn(told.link, url),
    },
  ]
}

/** A moment of the past, or of a clock that is a little ahead. */
function possible(at: number | null, now: number): number | null {
  return at !== null && at >= earliest && at <= now + dayMs ? at : null
}

function linkIn(given: string, base?: string): string | null {
  const url = given !== '' && given.length <= 500 ? URL.parse(given, base) : null
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : null
}
