import { AccessRefusal } from './access-refusal.ts'
import type { OidcClient, OidcWay } from './oidc-client.ts'
import { type IdentityStores, openForIdentity, providerInUse } from './open-for-identity.ts'
import type { SamlPlace } from './saml/saml-place.ts'
import { askAtSaml } from './saml/saml-sign-in.ts'
import { hashSecret, newSecret } from './secret.ts'
import type { OpenedSession } from './session.ts'

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
  const url = await oidc.begin(provider, redirectUri, wayOf(secret))
  const value = { tenant, redirectUri, to }
  await accounts.putChallenge({ hash: hashSecret(secret), kind: 'provider', manager: '', value, expiresAt })
  return { url, secret }
}

/**
 * Signs in whoever comes back from his provider of OpenID Connect.
 * @param given.search what the provider has put after the question mark
 * @throws AccessRefusal, ProviderAway, ProviderRefusal
 */
export async function signInByProvider(
  stores: Stores,
  given: { readonly secret: string; readonly search: string; readonly agent: string },
): Promise<OpenedSession & { readonly to: string }> {
  const { accounts, oidc, at } = stores
  const challenge = await accounts.useChallenge('provider', hashSecret(given.secret))
  if (!challenge || challenge.expiresAt < at)
    throw new AccessRefusal('link-over', 'this took too long, or was used before; begin anew')
  const { tenant = '', redirectUri = '', to = '/' } = challenge.value
  const provider = await providerInUse(accounts, tenant)
  const url = new URL(redirectUri)
  url.search = given.search
  const identity = await oidc.finish(provider, url, wayOf(given.secret))
  return { ...(await openForIdentity(stores, provider, identity, given.agent)), to }
}

/** State and nonce come from the secret that the browser holds, so they need not be kept. */
function wayOf(secret: string): OidcWay {
  return {
    state: hashSecret(`state ${secret}`),
    nonce: hashSecret(`nonce ${secret}`),
    verifier: hashSecret(`verifier ${secret}`),
  }
}
