import type { RoleName } from './roles.ts'

/** A key in a device of a manager (WebAuthn). */
export interface Passkey {
  /** Id of the credential, in base64url. */
  readonly id: string
  readonly manager: string
  /** As its owner calls it. */
  readonly name: string
  /** Host name that it was made under; under any other it is unknown to the browser. */
  readonly host: string
  /** COSE key in base64url. */
  readonly publicKey: string
  /** What the device has counted; 0: it does not count. */
  readonly counter: number
  readonly transports: readonly string[]
  readonly createdAt: number
  readonly usedAt: number | null
}

/**
 * `saml-request`: asked of a provider; `saml-proved`: who has come from there; `unconfirmed`: who has come from any provider
 * and is asked whether he wants it; `saml-seen`: an assertion that was used.
 */
export type ChallengeKind =
  | 'passkey-new'
  | 'passkey-use'
  | 'provider'
  | 'saml-request'
  | 'saml-proved'
  | 'unconfirmed'
  | 'saml-seen'

/** Something that was asked of a browser and may come back once. */
export interface Challenge {
  /** SHA-256 of what the browser holds. */
  readonly hash: string
  readonly kind: ChallengeKind
  /** Whose it is; empty: of nobody yet. */
  readonly manager: string
  readonly value: Readonly<Record<string, string>>
  readonly expiresAt: number
}

/** What a provider that speaks SAML 2.0 is known by, beside its entity id. */
export interface SamlSettings {
  /** Where browsers go, by the redirect binding. */
  readonly signInUrl: string
  /** Its certificates in base64 of DER: one, or two while it changes them. */
  readonly certificates: readonly string[]
  /** Whether people may come from its page of applications, without having set out from here. */
  readonly takesUnasked: boolean
}

/** Where managers of a tenant and below it may sign in: a provider of OpenID Connect or SAML. */
export interface IdentityProvider {
  readonly tenant: string
  /** On the button of the sign-in page. */
  readonly name: string
  /** What it calls itself: an address (OpenID Connect), or an entity id (SAML). */
  readonly issuer: string
  /** Empty for SAML, as the secret is. */
  readonly clientId: string
  readonly clientSecret: string
  /** Null: it speaks OpenID Connect. */
  readonly saml: SamlSettings | null
  /** Only addresses of these domains; empty: of any. */
  readonly domains: readonly string[]
  /** Whoever is unknown becomes a manager of this role; null: nobody does. */
  readonly newRole: RoleName | null
  /** Whether our own second factor is left out because the provider asks for one. */
  readonly trustsFactor: boolean
  readonly isOff: boolean
  readonly changedAt: number
}

/** Passkeys, identity providers, and what was asked of browsers. The control plane's truth; mail never asks it. */
export interface AccountStore {
  passkey(id: string): Promise<Passkey | null>
  passkeysOf(manager: string): Promise<Passkey[]>
  /** A new one. */
  putPasskey(passkey: Passkey): Promise<void>
  /** Another name, or what a use has changed; one that is gone meanwhile stays gone. */
  changePasskey(
    id: string,
    change: { readonly name: string } | { readonly counter: number; readonly usedAt: number },
  ): Promise<void>
  /** False: he has none such. */
  removePasskey(manager: string, id: string): Promise<boolean>
  removePasskeysOf(manager: string): Promise<number>

  /** False: there is one with this hash already, and it stays. */
  putChallenge(challenge: Challenge): Promise<boolean>
  /** The challenge, used up by this call. Null: there is none of this kind, or somebody was faster. */
  useChallenge(kind: Challenge['kind'], hash: string): Promise<Challenge | null>

  providers(): Promise<IdentityProvider[]>
  provider(tenant: string): Promise<IdentityProvider | null>
  putProvider(provider: IdentityProvider): Promise<void>
  /** Takes the subjects that were met through it with it. False: there was none. */
  removeProvider(tenant: string): Promise<boolean>
  /** Who a subject of a tenant's provider is; null: not met yet. */
  managerOfSubject(tenant: string, issuer: string, subject: string): Promise<string | null>
  putSubject(tenant: string, issuer: string, subject: string, manager: string): Promise<void>
}
