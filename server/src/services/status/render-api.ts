import { utcWords } from '#ground/platform/utc-words.ts'
import { indicatorOf } from './indicator.ts'
import { type Standing, standingOf } from './standing.ts'
import { endOf, isOpen, phaseOf, type StatusState } from './status-state.ts'
import type { StatusComponent, StatusIncident, StatusIncidentState, StatusUpdate } from './status-store.ts'

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString())
const pageId = 'mailkeep'

/** Answers of `/api/v2/` in the form of Statuspage, by their paths without a slash at the beginning. */
export function renderApi(state: StatusState, now: number): Map<string, object> {
  const page = pageOf(state)
  const status = indicatorOf(state, now)
  const components = state.components.map((each) => componentOf(each, state, now))
  const told = (kind: StatusIncident['kind']) => state.incidents.filter((each) => each.kind === kind)
  const show = (list: readonly StatusIncident[]) => list.map((each) => incidentOf(each, state, now))
  const unresolved = show(told('incident').filter((each) => isOpen(each, now)))
  const planned = told('maintenance')
  const upcoming = planned.filter((each) => phaseOf(each, now) === 'scheduled')
  const active = planned.filter((each) => ['in_progress', 'verifying'].includes(phaseOf(each, now)))
  const maintenances = (list: readonly StatusIncident[]) => ({ page, scheduled_maintenances: show(list) })
  return new Map<string, object>([
    ['api/v2/status.json', { page, status }],
    ['api/v2/components.json', { page, components }],
    ['api/v2/incidents.json', { page, incidents: show(told('incident').slice(0, 50)) }],
    ['api/v2/incidents/unresolved.json', { page, incidents: unresolved }],
    ['api/v2/scheduled-maintenances.json', maintenances(planned.slice(0, 50))],
    ['api/v2/scheduled-maintenances/upcoming.json', maintenances(upcoming)],
    ['api/v2/scheduled-maintenances/active.json', maintenances(active)],
    [
      'api/v2/summary.json',
      {
        page,
        components,
        incidents: unresolved,
        scheduled_maintenances: show([...active, ...upcoming]),
        status,
      },
    ],
  ])
}

function pageOf({ page, publishedAt, changedAt = publishedAt }: StatusState) {
  return { id: pageId, name: page.name, url: page.url, time_zone: 'Etc/UTC', updated_at: iso(changedAt) }
}

/** Statuspage has no word for what is not known: the state is the last known one then, and the description says so. */
function componentOf(component: StatusComponent, state: StatusState, now: number) {
  const { id, name, description, position, createdAt, updatedAt } = component
  const parts = state.components.filter((each) => each.parent === id).map((each) => each.id)
  const parent = state.components.find((each) => each.id === component.parent)?.id ?? null
  const standing = standingOf(component, state, now)
  return {
    ...{ id, name, status: standing.state ?? 'operational' },
    ...{ created_at: iso(createdAt), updated_at: iso(Math.max(updatedAt, standing.since ?? 0)), position },
    description: [...unknownOf(standing), ...(description === '' ? [] : [description])].join(' ') || null,
    ...{ showcase: false, start_date: startOf(id, state), group_id: parent },
    ...{ page_id: pageId, group: parts.length > 0, only_show_if_degraded: false },
    ...(parts.length > 0 && { components: parts }),
    ...(standing.basis === 'suspected' && {
      suspected_since: iso(standing.since),
      suspected_direction: standing.direction ?? null,
      suspected_share: standing.share ?? null,
    }),
  }
}

function unknownOf({ state, since, unmeasuredSince }: Standing): string[] {
  if (unmeasuredSince !== undefined) return [`Not measured any more since ${utcWords(unmeasuredSince)}.`]
  return state === null && since !== null ? [`Unknown: not measured since ${utcWords(since)}.`] : []
}

/** First day that was measured. */
function startOf(id: string, { days = [] }: StatusState): string | null {
  return days.find((each) => each.component === id)?.day ?? null
}

/** An incident as programs read it. */
export function incidentOf(incident: StatusIncident, state: StatusState, now: number) {
  const { id, name, kind, impact, createdAt, startedAt, monitoringAt, from, until, updates } = incident
  const affected = new Map(incident.components.map((each) => [each.id, each.state]))
  const components = state.components.filter((each) => affected.has(each.id))
  const last = updates.at(-1)
  return {
    ...{ id, name, status: wordOf(phaseOf(incident, now)) },
    ...{ created_at: iso(createdAt), updated_at: iso(last?.at ?? createdAt) },
    ...{ monitoring_at: iso(monitoringAt), resolved_at: iso(endOf(incident, now)) },
    impact: kind === 'maintenance' ? 'maintenance' : impact,
    ...{ shortlink: `${state.page.url}/#${id}`, started_at: iso(startedAt), page_id: pageId },
    incident_updates: updates.toReversed().map((each) => ({
      ...{ id: each.id, status: wordOf(each.state), body: bodyOf(each), incident_id: id },
      ...{ created_at: iso(each.at), updated_at: iso(each.at), display_at: iso(each.at) },
      affected_components: components.map((one) => ({
        ...{ code: one.id, name: one.name, old_status: 'operational', new_status: affected.get(one.id) },
      })),
      ...{ deliver_notifications: true, custom_tweet: null, tweet_id: null },
    })),
    components: components.map((each) => componentOf(each, state, now)),
    reminder_intervals: null,
    ...postmortemOf(incident),
    ...(kind === 'maintenance' && {
      ...{ scheduled_for: iso(from), scheduled_until: iso(until) },
      cancelled_at: incident.state === 'cancelled' ? iso(incident.resolvedAt) : null,
    }),
  }
}

/** Statuspage has no word for cancelled work: it is over, its last update says why, and `cancelled_at` when. */
function wordOf(state: StatusIncidentState): Exclude<StatusIncidentState, 'cancelled'> {
  return state === 'cancelled' ? 'completed' : state
}

/** Null where none was published, as Statuspage says it. */
function postmortemOf({ postmortem }: StatusIncident) {
  return {
    postmortem_body: postmortem?.text ?? null,
    postmortem_body_last_updated_at: iso(postmortem?.updatedAt ?? null),
    postmortem_published_at: iso(postmortem?.publishedAt ?? null),
  }
}

/** All that an update says, as one text. */
export function bodyOf({ text, unaffected, todo, nextAt }: StatusUpdate): string {
  return [
    text,
    ...(unaffected ? [`Not affected: ${unaffected}`] : []),
    ...(todo ? [`What you have to do: ${todo}`] : []),
    ...(nextAt ? [`Next update by ${utcWords(nextAt)}.`] : []),
  ].join('\n')
}
