import { AccessRefusal } from './access-refusal.ts'
import type { AccountStore, Challenge, ChallengeKind } from './account-store.ts'
import type { IdentityStores } from './open-for-identity.ts'
import type { ProvedIdentity } from './proved-identity.ts'
import { hashSecret, newSecret } from './secret.ts'

/** Somebody whom his provider has proved, on his way in. */
export interface ProvedVisit {
  readonly tenant: string
  /** When the provider was last changed here: by one that is another now nobody comes in. */
  readonly changedAt: number
  readonly identity: ProvedIdentity
  /** Where he goes on. */
  readonly to: string
}

/** Two secrets that one browser holds: one since the way to the provider began, one since it was proved. */
export interface VisitSecrets {
  readonly way: string
  readonly brought: string
}

type LaidKind = Extract<ChallengeKind, 'saml-proved' | 'unconfirmed'>

/** From being proved to the next step of the same browser. */
export const laidLifeMs = 120_000

/**
 * Keeps a visit for the browser that holds a secret, and gets the one that this returns.
 * @param browser what is kept of the first
 */
export async function layAside(
  accounts: Pick<AccountStore, 'putChallenge'>,
  kind: LaidKind,
  browser: string,
  { tenant, changedAt, to, identity }: ProvedVisit,
  expiresAt: number,
): Promise<string> {
  const { issuer, subject, email, name } = identity
  const brought = newSecret()
  await accounts.putChallenge({
    hash: laidFor(browser, brought),
    kind,
    manager: '',
    value: {
      tenant,
      to,
      changedAt: `${changedAt}`,
      issuer,
      name,
      subject: subject ?? '',
      email: email ?? '',
    },
    expiresAt,
  })
  return brought
}

/** A visit that was laid aside, once. @throws AccessRefusal */
export async function takeUp(
  { accounts, at }: Pick<IdentityStores, 'accounts' | 'at'>,
  kind: LaidKind,
  { way, brought }: VisitSecrets,
): Promise<ProvedVisit & Pick<Challenge, 'expiresAt'>> {
  const challenge = await accounts.useChallenge(kind, laidFor(browserOf(way), brought))
  if (!challenge || challenge.expiresAt < at) throw over()
  const { value, expiresAt } = challenge
  const { tenant = '', to = '/', changedAt = '', issuer = '', name = '', subject, email } = value
  const identity = { issuer, name, subject: subject || null, email: email || null }
  return { tenant, to, changedAt: Number(changedAt), identity, expiresAt }
}

/** What is kept of the secret that a browser holds. */
export function browserOf(secret: string): string {
  return hashSecret(`browser ${secret}`)
}

/** Under what a visit lies: found by who has both secrets. */
function laidFor(browser: string, brought: string): string {
  return hashSecret(`proved ${browser} ${brought}`)
}

export const over = () => new AccessRefusal('link-over', 'this took too long, or was used before; begin anew')
