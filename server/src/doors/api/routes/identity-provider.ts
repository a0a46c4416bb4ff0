import { type ProviderView, routes } from '@mailkeep/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { NetworkList } from '#ground/platform/network-list.ts'
import type { IdentityProvider } from '#services/access/account-store.ts'
import { assertMayGive } from '#services/access/may-write.ts'
import type { Principal } from '#services/access/principal.ts'
import { describeCertificate } from '#services/access/saml/signing-certificate.ts'
import { putProvider, removeProvider } from '#services/access/write-provider.ts'
import { ownAccount } from '../access/own-account.ts'
import { placeOf } from '../access/place-of.ts'
import { samlMetadataPath, samlPlaceOf } from '../access/saml-place-of.ts'
import { moment } from '../answers/moment.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

/** `/api/v1/identity-provider`: where managers of a tenant may sign in. */
export function identityProviderRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { access, accounts, tenancy, clock, config } = parts
  const { mineOf, prove } = ownAccount(parts)
  const allowed = new NetworkList(config['web.allowNetworks'])
  const orderOf = ({ who, ip }: Principal) => ({
    access,
    accounts,
    directory: tenancy,
    allowed,
    at: clock.now(),
    who,
    ip,
  })
  const tenantOf = (principal: Principal) => {
    const { tenant } = principal
    assertMayGive(principal, 'administrator', { tenant, domains: null })
    return tenant
  }
  /**
   * Whoever says who may come in to a tenant could give any role there himself: his provider can name every manager
   * there, and those of the house itself are operators.
   */
  const ownTenantOf = (principal: Principal) => {
    const { tenant, tenants } = principal
    assertMayGive(principal, tenants === null ? 'operator' : 'administrator', { tenant, domains: null })
    return tenant
  }
  const show = async (request: FastifyRequest, tenant: string): Promise<ProviderView> => {
    const provider = await accounts.provider(tenant)
    const { origin } = placeOf(request, config['console.url'])
    const { entityId, acsUrl } = samlPlaceOf(request, config['console.url'], tenant)
    return {
      tenant,
      redirectUri: `${origin}/sign-in/with/back`,
      signInPath: `/sign-in/with/${encodeURIComponent(tenant)}`,
      saml: { entityId, acsUrl, metadataPath: samlMetadataPath(tenant) },
      provider: provider && describeProvider(provider),
    }
  }
  addRoute(app, routes.identityProvider, ({ principal, request }) => show(request, tenantOf(principal)))
  // It decides who comes in at all, so an open screen is not enough.
  addRoute(app, routes.changeIdentityProvider, async (asked) => {
    const { principal, body, request } = asked
    const tenant = ownTenantOf(principal)
    const { issuer = '', clientId = '', saml = null, password, ...given } = body
    await prove(mineOf(asked), password)
    await putProvider(orderOf(principal), { ...given, issuer, clientId, saml, tenant })
    return show(request, tenant)
  })
  addRoute(app, routes.removeIdentityProvider, async (asked) => {
    const { principal, body, request } = asked
    const tenant = ownTenantOf(principal)
    await prove(mineOf(asked), body.password)
    await removeProvider(orderOf(principal), tenant)
    return show(request, tenant)
  })
}

/** Without what is secret. */
function describeProvider(provider: IdentityProvider): ProviderView['provider'] {
  const { clientSecret: _secret, tenant: _same, changedAt, saml, ...shown } = provider
  const certificates = saml?.certificates.map((base64) => {
    const { validTo, ...known } = describeCertificate(base64)
    return { base64, ...known, validTo: moment(validTo) }
  })
  return {
    ...shown,
    changedAt: moment(changedAt),
    saml: saml && { ...saml, certificates: certificates ?? [] },
  } as ProviderView['provider']
}
