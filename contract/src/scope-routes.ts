import type { ApiRoute } from './route.ts'
import { ScopeList, ScopesQuery } from './scopes.ts'

export const scopeRoutes = {
  scopes: {
    method: 'GET',
    access: 'signed-in',
    path: '/api/v1/scopes',
    summary:
      'Tenants and domains in reach, and groups and people where they are asked for, to choose what questions are limited to; with `here` what that one is. 404: it is not in reach.',
    query: ScopesQuery,
    answer: ScopeList,
  },
} as const satisfies Record<string, ApiRoute>
