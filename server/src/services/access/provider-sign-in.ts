import type { OidcClient, OidcWay } from './oidc-client.ts'
import { type IdentityStores, providerInUse } from './open-for-identity.ts'
import { over, type ProvedVisit } from './proved-visit.ts'
import { notingRefusals } from './refused-sign-in.ts'
import type { SamlPlace } from './saml/saml-place.ts'
import { askAtSaml } from './saml/saml-sign-in.ts'
import { hashSecret, newSecret } from './secret.ts'

/** How long somebody may take at his provider. */
const wayLifeMs = 600_000

interface Stores extends IdentityStores {
  readonly oidc: OidcClient
}

/**
 * Sends somebody to his identity provider.
 * @param given.saml how we are known there if it speaks SAML
 * @returns the address, and a secret for his browser: only the browser that went there can come back
 * @throws AccessRefusal, ProviderAway
 */
export async function beginAtProvider(
  stores: Stores,
  tenant: string,
  given: { readonly redirectUri: string; readonly saml: SamlPlace; readonly to: string },
): Promise<{ readonly url: string; readonly secret: string }> {
  const { accounts, oidc, at } = stores
  const { redirectUri, to } = given
  const provider = await providerInUse(accounts, tenant)
  const secret = newSecret()
  const expiresAt = at + wayLifeMs
  const { saml } = provider
  if (saml)
    return { url: await askAtSaml(accounts, { ...provider, saml }, { ...given, secret, expiresAt }), secret }
  const url = await notingRefusals(stores, provider, () => oidc.begin(provider, redirectUri, wayOf(secret)))
  const value = { tenant, redirectUri, to }
  await accounts.putChallenge({ hash: hashSecret(secret), kind: 'provider', manager: '', value, expiresAt })
  return { url, secret }
}

/**
 * Who comes back from his provider of OpenID Connect.
 * @param given.search what the provider has put after the question mark
 * @throws AccessRefusal, ProviderAway, ProviderRefusal
 */
export async function provedByOidc(
  stores: Stores,
  given: { readonly way: string; readonly search: string },
): Promise<ProvedVisit> {
  const { accounts, oidc, at } = stores
  const challenge = await accounts.useChallenge('provider', hashSecret(given.way))
  if (!challenge || challenge.expiresAt < at) throw over()
  const { tenant = '', redirectUri = '', to = '/' } = challenge.value
  const provider = await providerInUse(accounts, tenant)
  const url = new URL(redirectUri)
  url.search = given.search
  const identity = await notingRefusals(stores, provider, () => oidc.finish(provider, url, wayOf(given.way)))
  return { tenant, changedAt: provider.changedAt, identity, to }
}

/** State and nonce come from the secret that the browser holds, so they need not be kept. */
function wayOf(secret: string): OidcWay {
  return {
    state: hashSecret(`state ${secret}`),
    nonce: hashSecret(`nonce ${secret}`),
    verifier: hashSecret(`verifier ${secret}`),
  }
}
