import { type ProviderView, routes } from '@mailkeep/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { NetworkList } from '#ground/platform/network-list.ts'
import { assertMayGive } from '#services/access/may-write.ts'
import type { Principal } from '#services/access/principal.ts'
import { putProvider, removeProvider } from '#services/access/write-provider.ts'
import { placeOf } from '../access/place-of.ts'
import { moment } from '../answers/moment.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

/** `/api/v1/identity-provider`: where managers of a tenant may sign in. */
export function identityProviderRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { access, accounts, tenancy, clock, config } = parts
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
    const { clientSecret: _secret, tenant: _same, changedAt = 0, ...shown } = provider ?? {}
    return {
      tenant,
      redirectUri: `${origin}/sign-in/with/back`,
      signInPath: `/sign-in/with/${encodeURIComponent(tenant)}`,
      provider: provider && ({ ...shown, changedAt: moment(changedAt) } as ProviderView['provider']),
    }
  }
  addRoute(app, routes.identityProvider, ({ principal, request }) => show(request, tenantOf(principal)))
  addRoute(app, routes.changeIdentityProvider, async ({ principal, body, request }) => {
    const tenant = ownTenantOf(principal)
    await putProvider(orderOf(principal), { ...body, tenant })
    return show(request, tenant)
  })
  addRoute(app, routes.removeIdentityProvider, async ({ principal, request }) => {
    const tenant = ownTenantOf(principal)
    await removeProvider(orderOf(principal), tenant)
    return show(request, tenant)
  })
}
