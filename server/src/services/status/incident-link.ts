import type { StatusIncident } from './status-store.ts'

/** The folder of pages about one incident each. */
export const incidentFolder = 'incidents'

/** The page of an incident with a postmortem, within the status page. */
export function placeOf({ id }: Pick<StatusIncident, 'id'>): string {
  return `${incidentFolder}/${id}.html`
}

/** Where people read about one: its own page where a postmortem stands there, else its place on the page of all. */
export function linkTo(url: string, incident: Pick<StatusIncident, 'id' | 'postmortem'>): string {
  return incident.postmortem ? `${url}/${placeOf(incident)}` : `${url}/#${incident.id}`
}
