import {
  AffectedCounts,
  AffectedExport,
  AffectedList,
  AffectedQuery,
  DraftQuery,
  IncidentCause,
  IncidentDraft,
  IncidentList,
  IncidentParams,
  IncidentQuestion,
  IncidentsQuery,
  IncidentView,
  KeptPromise,
  NewDrill,
  NewIncident,
  NewIncidentUpdate,
  NewPostmortem,
  NewPromise,
  NewRepair,
  PromiseParams,
  PublishedPostmortem,
} from './incidents.ts'
import type { ApiRoute } from './route.ts'
import { ScopeQuery } from './shared.ts'
import { Task } from './task.ts'

const reading = { method: 'GET', access: 'mail.read' } as const
const of = { params: IncidentParams } as const

/** What goes wrong: its state and cause, whom it hit, and how it is put right. */
export const incidentsRoutes = {
  incidents: {
    ...reading,
    path: '/api/v1/incidents',
    summary:
      'Incidents, newest first: all of them for operators, for others those that the public is told of.',
    query: IncidentsQuery,
    answer: IncidentList,
  },
  incident: {
    ...reading,
    ...of,
    path: '/api/v1/incidents/:incident',
    summary: 'One of them. What the house alone knows of it is null for everybody else.',
    answer: IncidentView,
  },
  openIncident: {
    method: 'POST',
    access: 'site.write',
    path: '/api/v1/incidents',
    summary: 'Opens one; with an end it is told afterwards, once.',
    body: NewIncident,
    answer: IncidentView,
  },
  updateIncident: {
    ...{ method: 'POST', access: 'site.write', ...of },
    mayMatch: true,
    path: '/api/v1/incidents/:incident/updates',
    summary: 'Says what is new. 409: it closes only with a cause, and with every promised review held.',
    body: NewIncidentUpdate,
    answer: IncidentView,
  },
  nameIncidentCause: {
    ...{ method: 'PUT', access: 'site.write', ...of },
    mayMatch: true,
    path: '/api/v1/incidents/:incident/cause',
    summary: 'Names what caused it. Evidence that was measured stays.',
    body: IncidentCause,
    answer: IncidentView,
  },
  previewIncidentQuestion: {
    ...{ method: 'POST', access: 'site.write', ...of, patient: true },
    path: '/api/v1/incidents/:incident/question/preview',
    summary: 'Counts the mail in your reach that a question would find, and keeps nothing.',
    body: IncidentQuestion,
    answer: AffectedCounts,
  },
  setIncidentQuestion: {
    ...{ method: 'PUT', access: 'site.write', ...of, patient: true },
    mayMatch: true,
    path: '/api/v1/incidents/:incident/question',
    summary: 'Says which mail it touched, and counts it in the ledger.',
    body: IncidentQuestion,
    answer: IncidentView,
  },
  promiseReview: {
    ...{ method: 'POST', access: 'site.write', ...of },
    path: '/api/v1/incidents/:incident/promises',
    summary: 'Promises a review until a moment; it keeps the incident open until it is held.',
    body: NewPromise,
    answer: IncidentView,
  },
  keepPromise: {
    method: 'POST',
    access: 'site.write',
    path: '/api/v1/incidents/:incident/promises/:promise/held',
    summary:
      'Says what came out of a review. 409: neither here nor before has anybody named a drill that repeats the incident, or said why none can.',
    params: PromiseParams,
    body: KeptPromise,
    answer: IncidentView,
  },
  nameIncidentDrill: {
    ...{ method: 'PUT', access: 'site.write', ...of },
    mayMatch: true,
    path: '/api/v1/incidents/:incident/drill',
    summary: 'Names the drill that repeats it, or says why none can: one of both.',
    body: NewDrill,
    answer: IncidentView,
  },
  incidentDraft: {
    ...{ method: 'GET', access: 'site.read', ...of },
    path: '/api/v1/incidents/:incident/postmortem-draft',
    summary:
      'A postmortem with what was measured filled in: its course, figures, lists, and what will be asked.',
    query: DraftQuery,
    answer: IncidentDraft,
  },
  keepPostmortem: {
    ...{ method: 'PUT', access: 'site.write', ...of, matches: true },
    path: '/api/v1/incidents/:incident/postmortem',
    summary: 'Keeps the text of a postmortem; the house alone reads it until it is published.',
    body: NewPostmortem,
    answer: IncidentView,
  },
  publishPostmortem: {
    ...{ method: 'POST', access: 'site.write', ...of, matches: true },
    path: '/api/v1/incidents/:incident/postmortem/published',
    summary:
      'Makes the kept postmortem the last word of an incident that is over; where the public knows of it, it reads the whole. 409: it is not over, nothing is kept, or this text is published already.',
    body: PublishedPostmortem,
    answer: IncidentView,
  },
  incidentAffected: {
    ...reading,
    ...of,
    path: '/api/v1/incidents/:incident/affected',
    summary: 'The mail that it touched, in your reach: each delivery and refusal once, as it stands now.',
    query: AffectedQuery,
    answer: AffectedList,
  },
  incidentCounts: {
    ...reading,
    ...of,
    path: '/api/v1/incidents/:incident/counts',
    summary: 'The same, counted by state and tenant, and what can be done about how many.',
    query: ScopeQuery,
    answer: AffectedCounts,
  },
  exportAffected: {
    ...reading,
    ...of,
    media: ['text/csv', 'application/json'],
    path: '/api/v1/incidents/:incident/affected/export',
    summary: 'The whole list as CSV or as a JSON array. Written down in the audit log.',
    query: AffectedExport,
  },
  repairIncident: {
    ...{ method: 'POST', access: 'mail.read', ...of },
    path: '/api/v1/incidents/:incident/repairs',
    summary:
      'Does something to all of its mail in your reach that is in a state for it, each delivery once. Asks for `quarantine.act`, for retry and resend for `queue.act`. Goes on behind the answer.',
    query: ScopeQuery,
    body: NewRepair,
    answer: Task,
  },
} as const satisfies Record<string, ApiRoute>
