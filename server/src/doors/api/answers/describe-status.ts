import type { PlannedWork, StatusComponent, StatusDays, StatusSubscriber } from '@mailkeep/contract'
import { stateOf } from '#services/directory/directory-order.ts'
import type { Override } from '#services/status/measured.ts'
import { badMinutesOf, measuredShareOf } from '#services/status/measured-share.ts'
import { standingOf } from '#services/status/standing.ts'
import { daysOf, endOf, isFelt, overrunOf, phaseOf, type StatusState } from '#services/status/status-state.ts'
import type {
  StatusComponent as Component,
  StatusIncident,
  StatusUpdate,
} from '#services/status/status-store.ts'
import type { Subscriber } from '#services/subscribers/subscriber-store.ts'
import { moment, momentOrNull } from './moment.ts'

/** A component with all that the house knows of it. */
export function describeComponent(component: Component, state: StatusState, now: number): StatusComponent {
  const { id, name, description, parent = null, probes = [] } = component
  const { state: found, basis, since, unmeasuredSince = null } = standingOf(component, state, now)
  const measured = state.measured?.find((each) => each.component === id)
  const override = state.overrides?.find((each) => each.component === id && each.until > now)
  const incident = state.incidents.find(
    (each) => isFelt(each, now) && each.components.some((one) => one.id === id),
  )
  return {
    ...{ id, name, description, parent, probes: [...probes], isHidden: component.isHidden === true },
    ...{ state: found, basis, since: momentOrNull(since), unmeasuredSince: momentOrNull(unmeasuredSince) },
    isSuspected: basis === 'suspected' && (measured?.suspectedSince ?? null) !== null,
    ...{ measuredAt: momentOrNull(measured?.periodAt ?? null), words: measured?.words ?? '' },
    override: override ? describeOverride(override) : null,
    incident: incident?.kind === 'incident' ? incident.id : null,
    etag: stateOf(component),
  }
}

export function describeOverride({ state, until, why, who, at }: Override) {
  return { state, until: moment(until), why, who, at: moment(at) }
}

/** The bars of all components. */
export function describeDays({ components, incidents, days }: StatusState, now: number): StatusDays {
  const lines = components.map(({ id }) => ({ id, days: daysOf(id, incidents, now, days) }))
  return {
    first: lines[0]?.days[0]?.day ?? '',
    components: lines.map(({ id, days: own }) => ({
      id,
      states: own.map((each) => each.state),
      badMinutes: own.map(badMinutesOf),
      ...(measuredShareOf(own) ?? { percent: null, minutes: 0 }),
    })),
  }
}

/** What one update says, for whoever reads it. */
export function describeUpdate({ id, at, state, text, unaffected, todo, nextAt }: StatusUpdate) {
  return {
    ...{ id, state, text, at: moment(at) },
    ...{ unaffected: unaffected ?? null, todo: todo ?? null, nextAt: momentOrNull(nextAt ?? null) },
  }
}

export function describePlannedWork(work: StatusIncident, now: number): PlannedWork {
  const {
    id,
    name,
    components,
    expectedImpact: impact = 'none',
    isShortNotice = false,
    updates,
    from,
    until,
    startedAt,
  } = work
  return {
    ...{ id, name, state: phaseOf(work, now) as PlannedWork['state'] },
    ...{ from: moment(from ?? startedAt), until: moment(until ?? startedAt) },
    ...{ endedAt: momentOrNull(endOf(work, now)), overrunMinutes: Math.floor(overrunOf(work, now) / 60_000) },
    components: components.map((each) => each.id),
    ...{ impact, isShortNotice },
    updates: updates.map(describeUpdate),
    etag: stateOf(work),
  }
}

/** All but what ends it. */
export function describeSubscriber({
  id,
  kind,
  address,
  components,
  confirmedAt,
}: Subscriber): StatusSubscriber {
  return { id, kind, address, components: [...components], confirmedAt: momentOrNull(confirmedAt) }
}
