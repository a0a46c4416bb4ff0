import {
  EntryApart,
  HistoryEntryParams,
  HistoryImported,
  HistoryImportList,
  HistoryImportParams,
  HistoryImportsQuery,
  HistoryQuery,
  HistoryTotals,
  HistoryUndone,
  importBytes,
  NewHistoryImport,
  PastIncident,
  PastIncidentList,
  PastIncidentParams,
} from './history.ts'
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
  historyImports: {
    ...reading,
    path: '/api/v1/history/imports',
    summary: 'Documents that were imported, newest first.',
    query: HistoryImportsQuery,
    answer: HistoryImportList,
  },
  importHistory: {
    ...{ method: 'POST', access: 'site.write', patient: true },
    path: '/api/v1/history/imports',
    summary:
      'Reads documents about incidents of the past and adds them; with `dryRun` it says what that would come to. Those that were imported before change nothing.',
    // Names and brackets stand beside the content.
    bodyBytes: importBytes + 50_000,
    body: NewHistoryImport,
    answer: HistoryImported,
  },
  undoHistoryImport: {
    ...{ method: 'DELETE', access: 'site.write', patient: true },
    path: '/api/v1/history/imports/:document',
    summary: 'Takes an import back: its entries go, incidents of which other documents tell stay.',
    params: HistoryImportParams,
    answer: HistoryUndone,
  },
  separateHistoryEntry: {
    ...{ method: 'PUT', access: 'site.write', patient: true },
    path: '/api/v1/history/entries/:entry/apart',
    summary:
      'Says that an entry is an incident of its own, whatever it looks like, or takes that back. Answers the incident that it is part of now.',
    params: HistoryEntryParams,
    body: EntryApart,
    answer: PastIncident,
  },
} as const satisfies Record<string, ApiRoute>
