import { Removed } from './directory.ts'
import { IncidentView } from './incidents.ts'
import type { ApiRoute } from './route.ts'
import {
  AddedComponents,
  CancelledWork,
  ComponentParams,
  Confirmation,
  NewComponent,
  NewOverride,
  NewPlannedTime,
  NewPlannedWork,
  NewPlannedWorkUpdate,
  PlannedWork,
  PlannedWorkList,
  PlannedWorkParams,
  StandardComponents,
  StatusComponent,
  StatusDays,
  StatusOverride,
  StatusSubscriberList,
  StatusSubscriberParams,
  StatusSubscribersQuery,
  StatusView,
} from './status.ts'

const reading = { method: 'GET', access: 'site.read' } as const
const writing = { method: 'POST', access: 'site.write' } as const
const of = { params: ComponentParams } as const
const override = '/api/v1/status/components/:component/override'

/** What the public is told, by those who tell it. Incidents have addresses of their own. */
export const statusRoutes = {
  status: {
    ...reading,
    path: '/api/v1/status',
    summary: 'Components of the status page as they stand now, with what is measured of them.',
    answer: StatusView,
  },
  statusDays: {
    ...reading,
    path: '/api/v1/status/days',
    summary: 'How each of them did on the last 90 days.',
    answer: StatusDays,
  },
  putStatusComponent: {
    ...{ method: 'PUT', access: 'site.write', ...of },
    mayMatch: true,
    path: '/api/v1/status/components/:component',
    summary:
      'Puts a component on the page, or changes its name, its place and what measures it. 409 with `If-None-Match: *`: there is one of this id.',
    body: NewComponent,
    answer: StatusComponent,
  },
  removeStatusComponent: {
    ...{ method: 'DELETE', access: 'site.write', ...of },
    mayMatch: true,
    path: '/api/v1/status/components/:component',
    summary:
      'Takes a component from the page; incidents of the past keep its id. Put there again, it has its days again. 409: it has parts.',
    answer: Removed,
  },
  addStandardComponents: {
    ...writing,
    path: '/api/v1/status/components/standard',
    summary:
      'Puts the components of the platform that the site runs on the page, with their parts; those there are stay.',
    body: StandardComponents,
    answer: AddedComponents,
  },
  confirmSuspicion: {
    ...writing,
    ...of,
    path: '/api/v1/status/components/:component/confirm',
    summary:
      'Confirms what is suspected of it: the public is told of an incident since the first bad minute. 409: nothing is suspected.',
    body: Confirmation,
    answer: IncidentView,
  },
  statusOverride: {
    ...reading,
    ...of,
    path: override,
    summary: 'What somebody has said of it against what is measured.',
    answer: StatusOverride,
  },
  overrideStatus: {
    ...{ method: 'PUT', access: 'site.write', ...of },
    mayMatch: true,
    path: override,
    summary: 'Says for a while how it does, whatever is measured.',
    body: NewOverride,
    answer: StatusOverride,
  },
  endStatusOverride: {
    ...{ method: 'DELETE', access: 'site.write', ...of },
    mayMatch: true,
    path: override,
    summary: 'What is measured of it counts again.',
    answer: StatusOverride,
  },
  plannedWork: {
    ...reading,
    path: '/api/v1/status/planned-work',
    summary: 'Planned work, as the public is told of it.',
    answer: PlannedWorkList,
  },
  schedulePlannedWork: {
    ...writing,
    path: '/api/v1/status/planned-work',
    summary: 'Announces planned work. It begins and ends on the page by itself.',
    body: NewPlannedWork,
    answer: PlannedWork,
  },
  movePlannedWork: {
    ...{ method: 'PUT', access: 'site.write', matches: true },
    path: '/api/v1/status/planned-work/:work/time',
    summary:
      'Moves planned work to another time, or the end of work that is on. 409: it is over, or its beginning is past.',
    params: PlannedWorkParams,
    body: NewPlannedTime,
    answer: PlannedWork,
  },
  cancelPlannedWork: {
    ...{ ...writing, matches: true },
    path: '/api/v1/status/planned-work/:work/cancelled',
    summary:
      'Cancels planned work before it begins; the page tells it as cancelled. 409: it has begun, or is over.',
    params: PlannedWorkParams,
    body: CancelledWork,
    answer: PlannedWork,
  },
  updatePlannedWork: {
    ...writing,
    path: '/api/v1/status/planned-work/:work/updates',
    summary: 'Says what is new about it; `in_progress` begins it, `completed` ends it.',
    params: PlannedWorkParams,
    body: NewPlannedWorkUpdate,
    answer: PlannedWork,
  },
  statusSubscribers: {
    ...reading,
    path: '/api/v1/status/subscribers',
    summary: 'Who is told what is new on the status page.',
    query: StatusSubscribersQuery,
    answer: StatusSubscriberList,
  },
  removeStatusSubscriber: {
    ...{ method: 'DELETE', access: 'site.write' },
    path: '/api/v1/status/subscribers/:subscriber',
    summary: 'Tells somebody no more. Whoever subscribed leaves by himself, with a link in each notice.',
    params: StatusSubscriberParams,
    answer: Removed,
  },
} as const satisfies Record<string, ApiRoute>
