import { callTo } from '#services/directory/recorded-change.ts'
import type { MeasuredStore } from './measured-store.ts'

/** How a component does, in the words of Statuspage; later ones are worse, but for maintenance. */
export const componentStates = [
  'operational',
  'under_maintenance',
  'degraded_performance',
  'partial_outage',
  'major_outage',
] as const
export type ComponentState = (typeof componentStates)[number]

export const impacts = ['none', 'minor', 'major', 'critical'] as const
export type Impact = (typeof impacts)[number]

export const incidentStates = ['investigating', 'identified', 'monitoring', 'resolved', 'postmortem'] as const
export const maintenanceStates = ['scheduled', 'in_progress', 'verifying', 'completed'] as const
/** Planned work that is cancelled before it begins stays so. */
export type StatusIncidentState =
  | (typeof incidentStates)[number]
  | (typeof maintenanceStates)[number]
  | 'cancelled'

/** A part of the service that people know by name. */
export interface StatusComponent {
  readonly id: string
  readonly name: string
  readonly description: string
  /** From 1, in the order of the page. */
  readonly position: number
  readonly createdAt: number
  readonly updatedAt: number
  /** The component that it is a part of; none: it stands by itself. */
  readonly parent?: string | null
  /** Probes that tell how it does; none: it is told by hand. */
  readonly probes?: readonly string[]
  /** Measured and told of to the house alone, with all of its parts. */
  readonly isHidden?: boolean
}

/** What the public sees of them. */
export function publicComponents(components: readonly StatusComponent[]): StatusComponent[] {
  const hidden = new Set(components.filter((each) => each.isHidden).map((each) => each.id))
  return components.filter(({ id, parent }) => !hidden.has(id) && !hidden.has(parent ?? ''))
}

/** Incidents without what they do to hidden components; one that hits these alone is told to nobody outside. */
export function publicIncidents(
  incidents: readonly StatusIncident[],
  components: readonly StatusComponent[],
): StatusIncident[] {
  const shown = new Set(publicComponents(components).map((each) => each.id))
  // Of components that are gone the public knew.
  const hidden = new Set(components.map((each) => each.id).filter((each) => !shown.has(each)))
  return incidents.flatMap((each) => {
    const told = each.components.filter(({ id }) => !hidden.has(id))
    return told.length === 0 && each.components.length > 0 ? [] : [{ ...each, components: told }]
  })
}

/** What an incident does to a component while it is open. */
export interface AffectedComponent {
  readonly id: string
  readonly state: ComponentState
}

export interface StatusUpdate {
  readonly id: string
  readonly state: StatusIncidentState
  readonly text: string
  readonly at: number
  /** Never published. */
  readonly who: string
  /** What goes on as always. */
  readonly unaffected?: string
  /** What customers have to do. */
  readonly todo?: string
  /** When the next update comes, at the latest. */
  readonly nextAt?: number | null
}

/** An incident or planned work, as the public is told of it. */
export interface StatusIncident {
  readonly id: string
  readonly kind: 'incident' | 'maintenance'
  readonly name: string
  readonly impact: Impact
  readonly state: StatusIncidentState
  readonly createdAt: number
  /** When it began; before `createdAt` where it was told later. */
  readonly startedAt: number
  readonly monitoringAt: number | null
  readonly resolvedAt: number | null
  /** Planned begin and end, of maintenance. */
  readonly from: number | null
  readonly until: number | null
  /** The fault of a receiver or a provider. */
  readonly isUpstream: boolean
  /** Of planned work: what customers will feel. */
  readonly expectedImpact?: Impact
  /** Planned work that was announced less than five days ahead. */
  readonly isShortNotice?: boolean
  /** When its beginning was told last, where it was moved; absent: when it was announced. */
  readonly noticedAt?: number
  /** How often its time was changed, for calendars; absent: never. */
  readonly revision?: number
  /** How many it touched, counted in the ledger; absent: not counted. */
  readonly touched?: Touched
  readonly components: readonly AffectedComponent[]
  /** Why it happened and what follows from it, written when it was over; absent: nothing was published. */
  readonly postmortem?: ToldPostmortem
  /** Oldest first. */
  readonly updates: readonly StatusUpdate[]
}

/** Deliveries and refusals, of all that came in the same stretch. */
export interface Touched {
  readonly affected: number
  readonly all: number
  readonly isExact: boolean
  /** How long that mail took (ms), where it was held up; absent: it was not, or none came through. */
  readonly delays?: { readonly p50: number; readonly p95: number; readonly max: number }
}

export interface ToldPostmortem {
  /** Markdown, as `parseMarkdown` of the contract knows it. */
  readonly text: string
  readonly publishedAt: number
  /** When its text was published last. */
  readonly updatedAt: number
}

/** What the status page tells: components, incidents, planned work. */
export interface StatusStore extends MeasuredStore {
  /** In the order of the page. */
  components(): Promise<StatusComponent[]>
  /**
   * Adds one or changes it, and gives others their places; what else is known of them stays.
   * @param seen as it was read; null: there was none
   * @returns false: it is not as it was seen, and nothing was done
   */
  putComponent(
    component: StatusComponent,
    seen: StatusComponent | null,
    places: readonly Pick<StatusComponent, 'id' | 'position'>[],
  ): Promise<boolean>
  /** False: it is not as it was seen, and nothing was done. */
  removeComponent(seen: StatusComponent): Promise<boolean>
  /** Open ones and those that began, ended or had their last update after a moment, newest first. */
  incidents(since: number, limit: number): Promise<StatusIncident[]>
  incident(id: string): Promise<StatusIncident | null>
  /**
   * Adds one or changes it.
   * @param seen as it was read; absent: whatever it is by now
   * @returns false: it is not as it was seen, and nothing was done
   */
  putIncident(incident: StatusIncident, seen?: StatusIncident): Promise<boolean>
}

/** Calls to its store, for changes that are noted with them. */
export const inStatus = callTo<StatusStore>('status')
