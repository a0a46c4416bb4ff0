import { NodesAnswer } from './nodes.ts'
import type { ApiRoute } from './route.ts'

/** Processes that send mail. */
export const nodesRoutes = {
  nodes: {
    method: 'GET',
    access: 'site.read',
    path: '/api/v1/nodes',
    summary:
      'Processes that send mail, how much of it each may have, and what does not work in one on trial.',
    answer: NodesAnswer,
  },
} as const satisfies Record<string, ApiRoute>
