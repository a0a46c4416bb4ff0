import type { Severity } from '#services/history/history-entry.ts'
import { fields } from '#services/history/read-statuspage-json.ts'
import { mostIncidents, type ToldIncident } from './told-incident.ts'

const severities: Readonly<Record<string, Severity>> = {
  ...{ SERVICE_INFORMATION: 'notice', SERVICE_DISRUPTION: 'minor', SERVICE_OUTAGE: 'major' },
}
/** A heading that stands before the text: `**Summary:**`. */
const heading = /^[*#\s]*(?:title|summary|description)?:?[*\s]*/i

/**
 * Incidents as a list of objects with `begin`, `end` and `updates`, the form of the dashboards of Google Cloud and Google
 * Workspace; null: it is something else. One without `end` has none.
 */
export function productIncidents(list: unknown): ToldIncident[] | null {
  // An empty list may be of any form.
  if (!Array.isArray(list) || !list.some((each) => 'begin' in fields(each))) return null
  return list.slice(0, mostIncidents).map((each) => {
    const at = fields(each)
    const posts = Array.isArray(at.updates) ? at.updates : []
    const moments = posts.flatMap(
      (post) => momentIn(fields(post).when) ?? momentIn(fields(post).created) ?? [],
    )
    return {
      ...{ id: wordIn(at.id) || wordIn(at.number), name: titleOf(at) },
      severity: severities[wordIn(at.status_impact)] ?? null,
      state: wordIn(fields(at.most_recent_update).status).toLowerCase() || null,
      ...{ startedAt: momentIn(at.begin), endedAt: momentIn(at.end) },
      firstPostAt: moments.length === 0 ? null : moments.reduce((a, b) => Math.min(a, b)),
      link: wordIn(at.uri),
    }
  })
}

/** The first line that says something, or else what was hit. */
function titleOf(at: Record<string, unknown>): string | null {
  const lines = wordIn(at.external_desc).split('\n', 20)
  const said = lines.map((line) => line.replace(heading, '').trim()).find((line) => line !== '')
  return said ?? (wordIn(at.service_name) || null)
}

function wordIn(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 2000).trim() : ''
}

function momentIn(value: unknown): number | null {
  const at = typeof value === 'string' && value.length < 60 ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? null : at
}
