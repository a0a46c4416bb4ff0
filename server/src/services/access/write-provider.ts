import { isIP } from 'node:net'
import type { NetworkList } from '#ground/platform/network-list.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { type AccessOrder, recordAccess } from './access-order.ts'
import type { AccountStore, IdentityProvider, SamlSettings } from './account-store.ts'
import { isRole } from './roles.ts'
import { readProviderMetadata } from './saml/read-provider-metadata.ts'
import { describeCertificate, readCertificates } from './saml/signing-certificate.ts'

type ProviderOrder = AccessOrder & { readonly accounts: AccountStore; readonly allowed: NetworkList }

/** SAML as it is ordered: by the metadata of the provider, or by fields. */
export interface NewSaml {
  /** XML; what stands in it goes before the fields. */
  readonly metadata?: string
  readonly signInUrl?: string
  /** In PEM or base64. */
  readonly certificates?: readonly string[]
  readonly takesUnasked: boolean
}

export interface NewProvider
  extends Omit<IdentityProvider, 'changedAt' | 'clientSecret' | 'newRole' | 'saml'> {
  /** Absent: as it is. */
  readonly clientSecret?: string
  readonly newRole: string | null
  /** Null: it speaks OpenID Connect. */
  readonly saml: NewSaml | null
}

type Protocol = Pick<IdentityProvider, 'issuer' | 'clientId' | 'clientSecret' | 'saml'>

/** Sets the identity provider of a tenant. @throws OrderError */
export async function putProvider(order: ProviderOrder, given: NewProvider): Promise<void> {
  const known = await order.accounts.provider(given.tenant)
  const { newRole } = given
  if (newRole !== null && (!isRole(newRole) || newRole === 'operator'))
    throw new OrderError('wrong', `nobody becomes ${newRole} by himself`)
  if (newRole !== null && given.domains.length === 0)
    throw new OrderError('wrong', 'name the domains whose people become managers by themselves')
  const next: IdentityProvider = {
    ...given,
    newRole,
    ...(given.saml
      ? readSaml(given.saml, given.issuer, order.allowed)
      : readOidc(given, known, order.allowed)),
    name: given.name.trim(),
    domains: given.domains.map((each) => each.toLowerCase()),
    changedAt: order.at,
  }
  await order.accounts.putProvider(next)
  await recordAccess(order, 'provider-changed', given.tenant, {
    before: known && shownInLog(known),
    after: shownInLog(next),
    isSecretNew: given.clientSecret !== undefined,
  })
}

export async function removeProvider(order: ProviderOrder, tenant: string): Promise<void> {
  const known = await order.accounts.provider(tenant)
  if (!known || !(await order.accounts.removeProvider(tenant)))
    throw new OrderError('not-found', 'there is no identity provider here')
  await recordAccess(order, 'provider-removed', tenant, { before: shownInLog(known) })
}

function readOidc(given: NewProvider, known: IdentityProvider | null, allowed: NetworkList): Protocol {
  // The secret of a client belongs to its provider; one of SAML has had none.
  const kept = known?.saml === null ? known.clientSecret : undefined
  const clientSecret = given.clientSecret ?? kept
  if (given.clientId === '') throw new OrderError('wrong', 'the id of the client is needed')
  if (clientSecret === undefined) throw new OrderError('wrong', 'the secret of the client is needed')
  const issuer = checkAddress(given.issuer, allowed)
  if (issuer === null || issuer.search !== '')
    throw new OrderError('wrong', 'an issuer is an address such as https://login.example.org')
  return { issuer: given.issuer, clientId: given.clientId, clientSecret, saml: null }
}

function readSaml(given: NewSaml, issuerField: string, allowed: NetworkList): Protocol {
  const { metadata, takesUnasked } = given
  const told = metadata === undefined ? { ...given, issuer: issuerField } : readProviderMetadata(metadata)
  const { issuer, signInUrl = '', certificates = [] } = told
  if (!/^[^\s\p{Cc}]{1,500}$/u.test(issuer))
    throw new OrderError(
      'wrong',
      'the entity id of the provider is needed, without blanks, at most 500 characters',
    )
  if (signInUrl.length > 1000 || checkAddress(signInUrl, allowed) === null)
    throw new OrderError(
      'wrong',
      'the sign-in address of the provider has to be one such as https://login.example.org/saml',
    )
  const saml: SamlSettings = { signInUrl, certificates: readCertificates(certificates), takesUnasked }
  return { issuer, clientId: '', clientSecret: '', saml }
}

/** Without what is secret, and certificates by their fingerprints. */
function shownInLog({ clientSecret: _secret, saml, ...shown }: IdentityProvider): object {
  const certificates = saml?.certificates.map((each) => describeCertificate(each).fingerprint)
  return saml ? { ...shown, saml: { ...saml, certificates } } : shown
}

/** https, or http to an address that a setting allows; null: neither. */
function checkAddress(text: string, allowed: NetworkList): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null
  const isPlain = url?.protocol === 'http:' && isIP(url.hostname) !== 0 && allowed.contains(url.hostname)
  return url && (url.protocol === 'https:' || isPlain) && url.username === '' ? url : null
}
