import { fields, readIncident } from '#services/history/read-statuspage-json.ts'
import { mostIncidents, type ToldIncident } from './told-incident.ts'

/** Incidents in the form of Statuspage v2 (`incidents.json`, `summary.json`); null: it is something else. */
export function statuspageIncidents(json: unknown): ToldIncident[] | null {
  const list = fields(json).incidents
  if (!Array.isArray(list)) return null
  return list.slice(0, mostIncidents).map((each, index) => {
    const { id, shortlink, status } = fields(each)
    const entry = readIncident(each, index)
    return {
      ...{ id: typeof id === 'string' ? id : '', name: entry.title, severity: entry.severity },
      state: typeof status === 'string' ? status : null,
      ...{ startedAt: entry.detectedAt, endedAt: entry.resolvedAt },
      firstPostAt: entry.posts.find((post) => post.at !== null)?.at ?? null,
      link: typeof shortlink === 'string' ? shortlink : '',
    }
  })
}
