import { ReportDecision, ReportDone, ReportList, ReportParams, ReportsQuery, ReportView } from './reports.ts'
import type { ApiRoute } from './route.ts'

/** What people report: missed spam and false alarms, answered by managers. */
export const reportsRoutes = {
  reports: {
    method: 'GET',
    access: 'mail.read',
    ofPeople: true,
    path: '/api/v1/reports',
    summary:
      'What people report, newest first: unwanted mail that was delivered, wanted mail that was set aside.',
    query: ReportsQuery,
    answer: ReportList,
  },
  report: {
    method: 'GET',
    access: 'mail.read',
    ofPeople: true,
    path: '/api/v1/reports/:id',
    summary:
      'One report with the findings and versions that decided about its message. 404: there is none in reach.',
    params: ReportParams,
    answer: ReportView,
  },
  acceptReport: {
    method: 'POST',
    access: 'quarantine.act',
    ofPeople: true,
    path: '/api/v1/reports/:id/accept',
    summary:
      'Says that a report is right; the reporter hears of it by mail, and learning takes it. The message of a false alarm that is still in quarantine is released to him, but never one with a virus. 409: it is decided.',
    params: ReportParams,
    body: ReportDecision,
    answer: ReportDone,
  },
  refuseReport: {
    method: 'POST',
    access: 'quarantine.act',
    ofPeople: true,
    path: '/api/v1/reports/:id/refuse',
    summary:
      'Says that a report is not right: the message stays where it is, and the reporter hears why by mail. 409: it is decided.',
    params: ReportParams,
    body: ReportDecision,
    answer: ReportDone,
  },
} as const satisfies Record<string, ApiRoute>
