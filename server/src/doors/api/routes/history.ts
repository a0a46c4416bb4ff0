import {
  type HistoryTotals as HistoryTotalsView,
  type OwnHistory,
  type PastIncident,
  type PastIncidentLine,
  routes,
} from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { buildTotals } from '#services/history/build-totals.ts'
import { ownTotals } from '#services/history/frozen-months.ts'
import type { HistoryIncident } from '#services/history/incident.ts'
import { sumKindOf } from '#services/history/sum-kinds.ts'
import { toldMonth } from '#services/history/told-month.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { ToldMonth } from '#services/status/status-state.ts'
import { moment, momentOrNull } from '../answers/moment.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

/** `/api/v1/history/...`: incidents of the past. */
export function historyRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { history } = parts
  addRoute(app, routes.pastIncidents, async ({ query }) => {
    const { kind, component, cause, after, limit = 25 } = query
    const found = (await history.incidents())
      .toReversed()
      .filter((each) => kind === undefined || sumKindOf(each) === kind)
      .filter((each) => component === undefined || each.components.includes(component))
      .filter((each) => cause === undefined || each.cause === cause)
    const start = after === undefined ? 0 : found.findIndex((each) => each.id === after) + 1
    if (after !== undefined && start === 0) throw new OrderError('wrong', 'after: no line of this list')
    const lines = found.slice(start, start + limit)
    const next = start + limit < found.length ? (lines.at(-1)?.id ?? null) : null
    return { lines: lines.map(lineOf), next }
  })
  addRoute(app, routes.pastIncident, async ({ params }) => {
    const found = (await history.incidents()).find((each) => each.id === params.incident)
    if (!found) throw new OrderError('not-found', `there is no incident ${params.incident}`)
    return viewOf(found)
  })
  addRoute(app, routes.historyTotals, async () => {
    const [incidents, documents, entries] = await Promise.all([
      history.incidents(),
      history.documents(),
      history.entries(),
    ])
    return totalsOf(buildTotals(incidents, documents, entries))
  })
  addRoute(app, routes.ownHistory, async () => {
    const now = parts.clock.now()
    const { readStatus: status, readIncidents: incidents } = parts
    const [totals, months] = await Promise.all([
      ownTotals({ status, incidents }, now),
      history.months(shownMonths),
    ])
    return { totals: totalsOf(totals), months: months.map(toldMonth).map(monthOf) }
  })
}

const shownMonths = 24

function monthOf({
  frozenAt,
  published,
  corrected,
  corrections,
  month,
}: ToldMonth): OwnHistory['months'][number] {
  const figures = ({ sums, medianMinutesToNotice }: ToldMonth['published']) => ({
    ...{ sums: [...sums], medianMinutesToNotice },
  })
  return {
    ...{ month, frozenAt: moment(frozenAt), published: figures(published) },
    corrected: corrected && figures(corrected),
    corrections: corrections.map((each) => ({ ...each, at: moment(each.at) })),
  }
}

export function lineOf(incident: HistoryIncident): PastIncidentLine {
  const { id, title, severity, components, componentsBasis, direction, cause, date, dateBasis } = incident
  const { durationMinutes, durationBasis, isReportedAfterwards, window, sources } = incident
  return {
    ...{ id, title, summedAs: sumKindOf(incident), severity, componentsBasis, direction, cause },
    ...{ components: [...components], date, dateBasis, from: window[0], to: window[1] },
    ...{ durationMinutes, durationBasis, isReportedAfterwards, sources: sources.length },
  }
}

export function viewOf(incident: HistoryIncident): PastIncident {
  const { startedAt, endedAt, firstPostAt, minutesToNotice, minutesFromEndToNotice } = incident
  return {
    ...lineOf(incident),
    ...{ minutesToNotice, minutesFromEndToNotice },
    startedAt: momentOrNull(startedAt),
    endedAt: momentOrNull(endedAt),
    firstPostAt: momentOrNull(firstPostAt),
    posts: incident.posts.map(({ state, at, text }) => ({
      state,
      text,
      at: at === null ? null : moment(at),
    })),
    conflicts: [...incident.conflicts],
    entries: incident.sources.map(({ file, line, form, id = null, apart = false }) => ({
      ...{ file, line, form, id, isApart: apart },
    })),
    mergedBecause: [...incident.mergedBecause],
    provenance: Object.entries(incident.provenance).map(([field, entries]) => ({
      field,
      entries: entries.map((each) => ({ ...each })),
    })),
  }
}

function totalsOf(totals: ReturnType<typeof buildTotals>): HistoryTotalsView {
  return {
    ...totals,
    sums: [...totals.sums],
    components: totals.components.slice(0, 50),
    causes: [...totals.causes],
    months: totals.months.slice(-120).map(({ month, counts }) => ({ month, counts: { ...counts } })),
    stated: totals.stated.slice(0, 50).map(({ stated, reasons, ...beside }) => ({
      ...beside,
      ...{ incidents: stated.incidents, downtime: stated.downtime, minutes: stated.minutes },
      reasons: [...reasons],
    })),
  }
}
