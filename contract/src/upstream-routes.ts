import type { ApiRoute } from './route.ts'
import { UpstreamView } from './upstream.ts'

/** Faults of others. */
export const upstreamRoutes = {
  upstream: {
    method: 'GET',
    access: 'site.read',
    path: '/api/v1/upstream',
    summary:
      'Faults of receivers and providers by our own deliveries, and beside them what their own status pages tell.',
    answer: UpstreamView,
  },
} as const satisfies Record<string, ApiRoute>
