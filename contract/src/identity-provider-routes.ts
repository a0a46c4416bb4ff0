import { PasswordProof } from './account.ts'
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
    summary:
      'Sets it, after your password or within 30 minutes of signing in. Passwords, passkeys and links keep working beside it.',
    query: ProviderQuery,
    body: ProviderChange,
    answer: ProviderView,
  },
  removeIdentityProvider: {
    method: 'POST',
    access: 'access.write',
    path: `${path}/remove`,
    summary: 'Removes it, with the subjects that were met through it; proved as a change of it is.',
    query: ProviderQuery,
    body: PasswordProof,
    answer: ProviderView,
  },
} as const satisfies Record<string, ApiRoute>
