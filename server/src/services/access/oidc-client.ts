import type { Configuration } from 'openid-client'
import type { GuardedFetch } from '#ground/platform/web/guarded-fetch.ts'
import type { IdentityProvider } from './account-store.ts'
import { type ProvedIdentity, ProviderAway, ProviderRefusal } from './proved-identity.ts'

/** Secrets of one way to the provider and back. */
export interface OidcWay {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

const freshMs = 600_000

/** OpenID Connect by authorization code with PKCE, state and nonce. What providers say of themselves is kept a while. */
export class OidcClient {
  readonly #fetch: GuardedFetch
  readonly #timeoutMs: number
  readonly #known = new Map<string, { readonly at: number; readonly found: Promise<Configuration> }>()

  constructor(fetch: GuardedFetch, timeoutMs: number) {
    this.#fetch = fetch
    this.#timeoutMs = timeoutMs
  }

  /** Where the browser goes. @throws ProviderAway */
  async begin(provider: IdentityProvider, redirectUri: string, way: OidcWay): Promise<string> {
    const { buildAuthorizationUrl, calculatePKCECodeChallenge } = await import('openid-client')
    const url = buildAuthorizationUrl(await this.#configuration(provider), {
      redirect_uri: redirectUri,
      scope: 'openid email profile',
      code_challenge: await calculatePKCECodeChallenge(way.verifier),
      code_challenge_method: 'S256',
      state: way.state,
      nonce: way.nonce,
    })
    return url.href
  }

  /** Who came back. @param url address that the provider sent him to @throws ProviderAway, ProviderRefusal */
  async finish(provider: IdentityProvider, url: URL, way: OidcWay): Promise<ProvedIdentity> {
    const configuration = await this.#configuration(provider)
    const { authorizationCodeGrant, fetchUserInfo } = await import('openid-client')
    try {
      const tokens = await authorizationCodeGrant(configuration, url, {
        pkceCodeVerifier: way.verifier,
        expectedState: way.state,
        expectedNonce: way.nonce,
        idTokenExpected: true,
      })
      const claims = tokens.claims()
      if (!claims) throw new ProviderRefusal('the provider has named nobody')
      // Some tell the address only when asked for it.
      const more =
        claims.email === undefined && configuration.serverMetadata().userinfo_endpoint
          ? await fetchUserInfo(configuration, tokens.access_token, claims.sub)
          : claims
      const isVerified = more.email_verified === true && typeof more.email === 'string'
      return {
        issuer: claims.iss,
        subject: claims.sub,
        email: isVerified ? String(more.email).toLowerCase() : null,
        name: typeof more.name === 'string' ? more.name : '',
      }
    } catch (cause) {
      throw describe(cause, provider)
    }
  }

  async #configuration(provider: IdentityProvider): Promise<Configuration> {
    const { tenant, issuer, clientId, clientSecret, changedAt } = provider
    const key = `${tenant} ${issuer} ${clientId} ${changedAt}`
    const known = this.#known.get(key)
    if (known && Date.now() - known.at < freshMs) return known.found
    const found = this.#discover(issuer, clientId, clientSecret).catch((cause) => {
      this.#known.delete(key)
      throw describe(cause, provider)
    })
    if (this.#known.size > 200) this.#known.clear()
    this.#known.set(key, { at: Date.now(), found })
    return found
  }

  async #discover(issuer: string, clientId: string, secret: string): Promise<Configuration> {
    const { allowInsecureRequests, customFetch, discovery } = await import('openid-client')
    const url = new URL(issuer)
    return discovery(url, clientId, secret, undefined, {
      [customFetch]: this.#fetch as never,
      timeout: Math.ceil(this.#timeoutMs / 1000),
      // Plain http gets no further than to networks that a setting allows; see write-provider.ts.
      ...(url.protocol === 'http:' && { execute: [allowInsecureRequests] }),
    })
  }
}

function describe(cause: unknown, { name }: IdentityProvider): Error {
  if (cause instanceof ProviderAway || cause instanceof ProviderRefusal) return cause
  const { code, error, message } = cause as { code?: string; error?: string; message: string }
  // Whoever comes back may have written this himself, and it is shown and kept: only what has the form of an error.
  if (error !== undefined)
    return new ProviderRefusal(`${name} says ${/^[\w.-]{1,60}$/.exec(String(error))?.[0] ?? 'no'}`)
  if (code === 'OAUTH_INVALID_RESPONSE' || code === 'OAUTH_JWT_CLAIM_COMPARISON_FAILED')
    return new ProviderRefusal(`what ${name} has sent does not fit to what was asked`)
  return new ProviderAway(`${name} does not answer: ${message.slice(0, 200)}`)
}
