import { DomainParams } from './directory.ts'
import {
  DomainReportList,
  DomainReportsQuery,
  ReportedSources,
  ReportedSourcesQuery,
} from './domain-reports.ts'
import type { ApiRoute } from './route.ts'

/** DMARC and TLS reports that others send about domains. */
export const domainReportsRoutes = {
  domainReports: {
    method: 'GET',
    access: 'mail.read',
    path: '/api/v1/domain-reports',
    summary: 'DMARC and TLS reports that came in, newest first.',
    query: DomainReportsQuery,
    answer: DomainReportList,
  },
  reportedSources: {
    method: 'GET',
    access: 'mail.read',
    path: '/api/v1/domains/:domain/reported-sources',
    summary:
      'What the reports about a domain say together: who sends in its name, or how its servers do with TLS.',
    params: DomainParams,
    query: ReportedSourcesQuery,
    answer: ReportedSources,
  },
} as const satisfies Record<string, ApiRoute>
