import { BypassState, BypassView, NewBypass } from './bypass.ts'
import { DomainParams, Removed } from './directory.ts'
import type { ApiRoute } from './route.ts'

const path = '/api/v1/domains/:domain/bypass'

/** The way out when our outbound road is the trouble. */
export const bypassRoutes = {
  bypass: {
    method: 'GET',
    access: 'directory.read',
    path,
    summary:
      'Whether the own servers of a domain send past us for now, and the steps for that and for the way back.',
    params: DomainParams,
    answer: BypassState,
  },
  beginBypass: {
    method: 'PUT',
    access: 'directory.write',
    path,
    summary: 'Notes that a domain sends past us, for 24 hours at most; given again it runs from now.',
    params: DomainParams,
    body: NewBypass,
    answer: BypassView,
  },
  endBypass: {
    method: 'DELETE',
    access: 'directory.write',
    path,
    summary: 'It sends through us again. 404: it did so already.',
    params: DomainParams,
    answer: Removed,
  },
} as const satisfies Record<string, ApiRoute>
