import { HistoryQuery, HistoryTotals, PastIncident, PastIncidentList, PastIncidentParams } from './history.ts'
import { OwnHistory } from './own-history.ts'
import type { ApiRoute } from './route.ts'

const reading = { method: 'GET', access: 'site.read' } as const

/** Incidents of the past, as documents tell them. */
export const historyRoutes = {
  pastIncidents: {
    ...reading,
    path: '/api/v1/history/incidents',
    summary: 'Incidents of the past, newest first; those without a day stand where their page has them.',
    query: HistoryQuery,
    answer: PastIncidentList,
  },
  pastIncident: {
    ...reading,
    path: '/api/v1/history/incidents/:incident',
    summary: 'One of them with its posts, what does not agree, and where each fact is from.',
    params: PastIncidentParams,
    answer: PastIncident,
  },
  ownHistory: {
    ...reading,
    path: '/api/v1/history/own',
    summary:
      'What we have told of our own faults, summed by the same code: sums, notice delay, and months as they were published.',
    answer: OwnHistory,
  },
  historyTotals: {
    ...reading,
    path: '/api/v1/history/totals',
    summary: 'Sums of the past by a stated definition, and what documents say of themselves beside them.',
    answer: HistoryTotals,
  },
} as const satisfies Record<string, ApiRoute>
