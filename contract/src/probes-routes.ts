import {
  FindingList,
  FindingsQuery,
  ProbeList,
  ProbeSums,
  ProbeSumsQuery,
  ProbeTries,
  ProbeTriesQuery,
} from './probes.ts'
import type { ApiRoute } from './route.ts'

const reading = { method: 'GET', access: 'site.read' } as const

/** How messages and questions of our own fare, and what measurements say is wrong; of the whole site. */
export const probesRoutes = {
  probes: {
    ...reading,
    path: '/api/v1/probes',
    summary:
      'What is tried again and again, and how each path stands now; one of which nothing is heard is unknown. 403: not the whole house is yours to see.',
    answer: ProbeList,
  },
  probeTries: {
    ...reading,
    path: '/api/v1/probes/tries',
    summary: 'The latest tries of one path, newest first.',
    query: ProbeTriesQuery,
    answer: ProbeTries,
  },
  probeSums: {
    ...reading,
    path: '/api/v1/probes/sums',
    summary: 'How tries went, by component; by hour up to seven days, beyond that by day.',
    query: ProbeSumsQuery,
    answer: ProbeSums,
  },
  findings: {
    ...reading,
    path: '/api/v1/findings',
    summary: 'What measurements say is wrong, or was: where, since when, why, and the incident of it.',
    query: FindingsQuery,
    answer: FindingList,
  },
} as const satisfies Record<string, ApiRoute>
