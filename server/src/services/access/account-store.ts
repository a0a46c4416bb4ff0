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

/** Something that was asked of a browser and may come back once. */
export interface Challenge {
  /** SHA-256 of what the browser holds. */
  readonly hash: string
  readonly kind: 'passkey-new' | 'passkey-use' | 'provider'
  /** Whose it is; empty: of nobody yet. */
  readonly manager: string
  readonly value: Readonly<Record<string, string>>
  readonly expiresAt: number
}

/** An OpenID Connect provider that managers of a tenant and below it may sign in with. */
export interface IdentityProvider {
  readonly tenant: string
  /** On the button of the sign-in page. */
  readonly name: string
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
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

  putChallenge(challenge: Challenge): Promise<void>
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
