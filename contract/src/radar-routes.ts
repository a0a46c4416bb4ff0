import { Removed } from './directory.ts'
import {
  NewRadarPath,
  RadarLink,
  RadarPath,
  RadarPathList,
  RadarPathParams,
  RadarPathsQuery,
  RadarTest,
  RadarTestList,
  RadarTestParams,
  RadarTestStart,
  RadarTestsQuery,
  RadarTrips,
  RadarTripsQuery,
} from './radar.ts'
import type { ApiRoute } from './route.ts'
import { ScopeQuery } from './shared.ts'

const tests = '/api/v1/radar/tests'
const paths = '/api/v1/radar/paths'

/** Tests of mail set-ups, and round trips. */
export const radarRoutes = {
  radarTests: {
    method: 'GET',
    access: 'mail.read',
    path: tests,
    summary: 'Tests of domains and addresses, newest first.',
    query: RadarTestsQuery,
    answer: RadarTestList,
  },
  startRadarTest: {
    method: 'POST',
    access: 'directory.write',
    path: tests,
    summary:
      'Tests how a domain is set up; for an address a mail goes out as well, and the reply is looked at when it comes back. 409: too many tests of it, or by you, in 24 hours. 403: its owner wants no test mails.',
    query: ScopeQuery,
    body: RadarTestStart,
    answer: RadarTest,
  },
  radarTest: {
    method: 'GET',
    access: 'mail.read',
    path: `${tests}/:test`,
    summary: 'One test with what it has found, and what to enter where.',
    params: RadarTestParams,
    answer: RadarTest,
  },
  shareRadarTest: {
    method: 'POST',
    access: 'directory.write',
    path: `${tests}/:test/share`,
    summary: 'A link under which anybody who has it sees the results, for a while. A link from before ends.',
    params: RadarTestParams,
    answer: RadarLink,
    showsSecret: true,
  },
  unshareRadarTest: {
    method: 'DELETE',
    access: 'directory.write',
    path: `${tests}/:test/share`,
    summary: 'No link leads to the results any more.',
    params: RadarTestParams,
    answer: Removed,
  },
  radarPaths: {
    method: 'GET',
    access: 'mail.read',
    path: paths,
    summary: 'Mailboxes that round trips are made by, with the last trip of each.',
    query: RadarPathsQuery,
    answer: RadarPathList,
  },
  addRadarPath: {
    method: 'POST',
    access: 'directory.write',
    path: paths,
    summary: 'Makes round trips by a mailbox that answers by itself, of a domain of ours, again and again.',
    query: ScopeQuery,
    body: NewRadarPath,
    answer: RadarPath,
  },
  removeRadarPath: {
    method: 'DELETE',
    access: 'directory.write',
    path: `${paths}/:path`,
    summary: 'Makes no more round trips by it; those that were made are forgotten.',
    params: RadarPathParams,
    answer: Removed,
  },
  radarTrips: {
    method: 'GET',
    access: 'mail.read',
    path: `${paths}/:path/trips`,
    summary: 'The round trips of a path, newest first; at most 500.',
    params: RadarPathParams,
    query: RadarTripsQuery,
    answer: RadarTrips,
  },
} as const satisfies Record<string, ApiRoute>
