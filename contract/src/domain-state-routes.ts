import { DomainParams } from './directory.ts'
import {
  BouncesAnswer,
  Connector,
  DmarcDays,
  DomainFlow,
  FlowList,
  FlowQuery,
  HopTest,
  HopTestOrder,
  Lights,
  RouteAnswer,
  RouteQuestion,
  StatisticsAnswer,
  StatisticsQuery,
  TopsAnswer,
  TopsQuery,
} from './domain-state.ts'
import type { ApiRoute } from './route.ts'

/** How domains are, whether mail flows, who is told, and figures of the past. */
export const domainStateRoutes = {
  domainLights: {
    method: 'GET',
    access: 'directory.read',
    path: '/api/v1/domains/:domain/lights',
    summary:
      'What a domain needs in DNS, each record with the value to enter and what is found now, and whether mail comes in. What DNS does not answer in time is unknown.',
    params: DomainParams,
    answer: Lights,
  },
  testNextHop: {
    method: 'POST',
    access: 'directory.write',
    path: '/api/v1/domains/:domain/next-hop-test',
    summary:
      'Talks to the next hop of a domain as delivery would, up to RCPT; nothing is sent. Answers within two seconds: look again where it still runs.',
    params: DomainParams,
    body: HopTestOrder,
    answer: HopTest,
  },
  nextHopTest: {
    method: 'GET',
    access: 'directory.read',
    path: '/api/v1/domains/:domain/next-hop-test',
    summary: 'The latest test of the next hop, with every line that was said.',
    params: DomainParams,
    answer: HopTest,
  },
  connector: {
    method: 'GET',
    access: 'directory.read',
    path: '/api/v1/domains/:domain/connector',
    summary: 'How Microsoft 365 is told to take mail from this platform alone.',
    params: DomainParams,
    answer: Connector,
  },
  domainFlow: {
    method: 'GET',
    access: 'mail.read',
    path: '/api/v1/domains/:domain/flow',
    summary:
      'Whether mail of a domain gets through to its next hop, from its latest deliveries. Late figures make it unknown, neither good nor bad.',
    params: DomainParams,
    answer: DomainFlow,
  },
  flow: {
    method: 'GET',
    access: 'mail.read',
    path: '/api/v1/flow',
    summary: 'The same for all domains, in order of their names.',
    query: FlowQuery,
    answer: FlowList,
  },
  explainRoute: {
    method: 'POST',
    access: 'directory.read',
    path: '/api/v1/route',
    summary: 'What would happen to mail from a sender to a recipient; nothing is sent.',
    body: RouteQuestion,
    answer: RouteAnswer,
  },
  statistics: {
    method: 'GET',
    access: 'mail.read',
    ofPeople: true,
    path: '/api/v1/statistics',
    summary:
      'Volume, delays, queue and reasons by hour (up to three days) or by day. `completeUpTo` says how far they reach. Of groups and people they are counted from the ledger, as far back as that is kept: `since` says from when. Such a count is told for a minute, or for longer where it took long. 422: they have too much mail or too many addresses for that. 503: it takes longer than an answer waits, or others of the tenant are counted first; ask again.',
    query: StatisticsQuery,
    answer: StatisticsAnswer,
  },
  statisticsCsv: {
    method: 'GET',
    media: ['text/csv'],
    access: 'mail.read',
    ofPeople: true,
    path: '/api/v1/statistics.csv',
    summary: 'The points of the same as a CSV file.',
    query: StatisticsQuery,
  },
  statisticsBounces: {
    method: 'GET',
    access: 'mail.read',
    ofPeople: true,
    path: '/api/v1/statistics/bounces',
    summary:
      'What receivers have said of mail to the world: what came back and what was put off, by class and receiver.',
    query: StatisticsQuery,
    answer: BouncesAnswer,
  },
  statisticsTops: {
    method: 'GET',
    access: 'mail.read',
    ofPeople: true,
    path: '/api/v1/statistics/tops',
    summary:
      'Addresses with most mail; of a domain only its own recipients are known, of groups and people all.',
    query: TopsQuery,
    answer: TopsAnswer,
  },
  dmarcDays: {
    method: 'GET',
    access: 'mail.read',
    path: '/api/v1/statistics/dmarc',
    summary: 'DMARC results by day of mail that names domains in reach as its author, as it came in here.',
    query: StatisticsQuery,
    answer: DmarcDays,
  },
} as const satisfies Record<string, ApiRoute>
