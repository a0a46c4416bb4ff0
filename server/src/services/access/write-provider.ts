import { isIP } from 'node:net'
import type { NetworkList } from '#ground/platform/network-list.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { type AccessOrder, recordAccess } from './access-order.ts'
import type { AccountStore, IdentityProvider } from './account-store.ts'
import { isRole } from './roles.ts'

type ProviderOrder = AccessOrder & { readonly accounts: AccountStore; readonly allowed: NetworkList }

export interface NewProvider extends Omit<IdentityProvider, 'changedAt' | 'clientSecret' | 'newRole'> {
  /** Absent: as it is. */
  readonly clientSecret?: string
  readonly newRole: string | null
}

/** Sets the identity provider of a tenant. @throws OrderError */
export async function putProvider(order: ProviderOrder, given: NewProvider): Promise<void> {
  const known = await order.accounts.provider(given.tenant)
  const clientSecret = given.clientSecret ?? known?.clientSecret
  if (clientSecret === undefined) throw new OrderError('wrong', 'the secret of the client is needed')
  const { newRole } = given
  if (newRole !== null && (!isRole(newRole) || newRole === 'operator'))
    throw new OrderError('wrong', `nobody becomes ${newRole} by himself`)
  if (newRole !== null && given.domains.length === 0)
    throw new OrderError('wrong', 'name the domains whose people become managers by themselves')
  const next: IdentityProvider = {
    ...given,
    newRole,
    clientSecret,
    issuer: checkIssuer(given.issuer, order.allowed),
    name: given.name.trim(),
    domains: given.domains.map((each) => each.toLowerCase()),
    changedAt: order.at,
  }
  await order.accounts.putProvider(next)
  await recordAccess(order, 'provider-changed', given.tenant, {
    before: known && withoutSecret(known),
    after: withoutSecret(next),
    isSecretNew: given.clientSecret !== undefined,
  })
}

export async function removeProvider(order: ProviderOrder, tenant: string): Promise<void> {
  const known = await order.accounts.provider(tenant)
  if (!known || !(await order.accounts.removeProvider(tenant)))
    throw new OrderError('not-found', 'there is no identity provider here')
  await recordAccess(order, 'provider-removed', tenant, { before: withoutSecret(known) })
}

function withoutSecret({ clientSecret: _secret, ...shown }: IdentityProvider): object {
  return shown
}

/** https, or http to an address that a setting allows. @throws OrderError */
function checkIssuer(text: string, allowed: NetworkList): string {
  const url = URL.canParse(text) ? new URL(text) : null
  const isPlain = url?.protocol === 'http:' && isIP(url.hostname) !== 0 && allowed.contains(url.hostname)
  if (!url || (url.protocol !== 'https:' && !isPlain) || url.username !== '' || url.search !== '')
    throw new OrderError('wrong', 'an issuer is an address such as https://login.example.org')
  return text
}
