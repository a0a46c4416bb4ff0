import { Removed } from './directory.ts'
import type { ApiRoute } from './route.ts'
import {
  NewSuppression,
  SuppressionList,
  SuppressionParams,
  SuppressionsQuery,
  SuppressionView,
} from './suppressions.ts'

const suppressions = '/api/v1/suppressions'

/** Recipients that a tenant leaves alone. */
export const suppressionsRoutes = {
  suppressions: {
    method: 'GET',
    access: 'mail.read',
    path: suppressions,
    summary: 'Recipients that mail of ours does not go to for a while, and why.',
    query: SuppressionsQuery,
    answer: SuppressionList,
  },
  addSuppression: {
    method: 'POST',
    access: 'queue.act',
    path: suppressions,
    summary:
      'Nobody of a tenant writes to an address from now on: his mail comes back at once with the reason.',
    body: NewSuppression,
    answer: SuppressionView,
  },
  liftSuppression: {
    method: 'DELETE',
    access: 'queue.act',
    path: `${suppressions}/:suppression`,
    summary: 'The recipient is written to again; what bounces had said of it is forgotten.',
    params: SuppressionParams,
    answer: Removed,
  },
} as const satisfies Record<string, ApiRoute>
