import { ProviderChange, ProviderQuery, ProviderView } from './identity-provider.ts'
import type { ApiRoute } from './route.ts'

const path = '/api/v1/identity-provider'

/** OpenID Connect or SAML, one provider a tenant, for its managers and those below it. */
export const identityProviderRoutes = {
  identityProvider: {
    method: 'GET',
    access: 'access.write',
    path,
    summary: 'The identity provider of a tenant; without a scope of your own.',
    query: ProviderQuery,
    answer: ProviderView,
  },
  changeIdentityProvider: {
    method: 'PUT',
    access: 'access.write',
    path,
    summary: 'Sets it. Passwords, passkeys and links keep working beside it.',
    query: ProviderQuery,
    body: ProviderChange,
    answer: ProviderView,
  },
  removeIdentityProvider: {
    method: 'DELETE',
    access: 'access.write',
    path,
    summary: 'Removes it, with the subjects that were met through it.',
    query: ProviderQuery,
    answer: ProviderView,
  },
} as const satisfies Record<string, ApiRoute>
