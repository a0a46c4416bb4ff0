import { randomInt } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { type AccessOrder, recordAccess } from './access-order.ts'
import { AccessRefusal } from './access-refusal.ts'
import type { AccessStore, Manager, Session } from './access-store.ts'
import { hashSecret, newSecret } from './secret.ts'
import { type OpenedSession, recordSignIn } from './session.ts'
import { subjectOf, tryOnce } from './slow-guessing.ts'

const periodMs = 30_000
/** A clock may be one step off, either way (RFC 6238, 5.2). */
const window = 1
const codes = 10

/** 20 bytes in base32, as `proposeSecondFactor` makes them. */
const secretPattern = /^[A-Z2-7]{32}$/

export function isProposedSecret(text: string): boolean {
  return secretPattern.test(text)
}

/**
 * A secret for an authenticator, and the address that its QR code holds: a new one, or, with `known`, one that was
 * proposed before. Nothing is kept until it is confirmed.
 */
export function proposeSecondFactor(
  manager: Manager,
  site: string,
  known?: string,
): { secret: string; uri: string } {
  const secret = known === undefined ? new Secret({ size: 20 }) : Secret.fromBase32(known)
  return {
    secret: secret.base32,
    uri: new TOTP({ issuer: site, label: manager.id, secret }).toString(),
  }
}

/**
 * Sets up the second factor once a code proves that the authenticator has the secret. Answers the recovery codes, which
 * are shown this once. Other sessions of the manager end.
 * @throws AccessRefusal wrong-code
 */
export async function confirmSecondFactor(
  access: AccessStore,
  given: {
    readonly manager: Manager
    readonly session: Session
    readonly secret: string
    readonly code: string
  },
  now: number,
): Promise<string[]> {
  const { manager, session, secret, code } = given
  const step = stepOf(secret, code, now)
  if (step === null) throw new AccessRefusal('wrong-code', 'this is not the code of now')
  const fresh = newRecoveryCodes()
  await access.changeManager(manager.id, { totpSecret: secret, recoveryCodes: fresh.map(hashSecret) })
  // Whoever has seen it typed here does not sign in with it.
  await access.useTotpStep(manager.id, step)
  await access.endSessionsOf(manager.id, session.hash)
  await access.record({
    at: now,
    what: 'second-factor-set-up',
    who: `manager:${manager.id}`,
    tenant: manager.tenant,
    ip: session.ip,
    detail: {},
  })
  return fresh
}

/**
 * Completes a session by a code of the authenticator or a recovery code. Each code works once. The session gets a new
 * secret, so that whoever saw the incomplete one has nothing.
 * @throws AccessRefusal wrong-code, too-many-tries
 */
export async function giveSecondFactor(
  access: AccessStore,
  { session, manager }: { readonly session: Session; readonly manager: Manager },
  code: string,
  now: number,
): Promise<OpenedSession> {
  const subjects = { account: manager.id, address: session.ip }
  const isRight = await tryOnce(access, subjects, now, async () =>
    (await isCode(access, manager, code, now)) ? true : null,
  )
  if (!isRight) throw new AccessRefusal('wrong-code', 'this code is wrong, over, or was used before')
  return completeSession(access, { session, manager }, now)
}

/** The session as a complete one, with a new secret: whoever saw the incomplete one has nothing. */
export async function completeSession(
  access: AccessStore,
  { session, manager }: { readonly session: Session; readonly manager: Manager },
  now: number,
): Promise<OpenedSession> {
  const secret = newSecret()
  const complete = { ...session, hash: hashSecret(secret), isComplete: true, seenAt: now }
  await access.putSession(complete)
  await access.endSession(session.hash)
  await access.clearFailures(subjectOf('account', manager.id))
  await recordSignIn(access, manager, complete)
  return { secret, session: complete }
}

async function isCode(access: AccessStore, manager: Manager, code: string, now: number): Promise<boolean> {
  const typed = code.replace(/[\s-]/g, '').toLowerCase()
  if (!/^\d{6}$/.test(typed)) return access.useRecoveryCode(manager.id, hashSecret(typed))
  const step = manager.totpSecret === null ? null : stepOf(manager.totpSecret, typed, now)
  return step !== null && access.useTotpStep(manager.id, step)
}

/** The step of time that a code belongs to; null: to none near now. */
function stepOf(secret: string, code: string, now: number): number | null {
  const delta = new TOTP({ secret: Secret.fromBase32(secret) }).validate({
    token: code.replace(/\s/g, ''),
    timestamp: now,
    window,
  })
  return delta === null ? null : Math.floor(now / periodMs) + delta
}

/** Ten new recovery codes in place of those that are left. They are shown this once. */
export async function renewRecoveryCodes(order: AccessOrder, manager: Manager): Promise<string[]> {
  const fresh = newRecoveryCodes()
  await order.access.changeManager(manager.id, { recoveryCodes: fresh.map(hashSecret) })
  await recordAccess(order, 'recovery-codes-made', manager.tenant, { manager: manager.id })
  return fresh
}

/** Takes the authenticator away; passkeys stay. Recovery codes go with the last of both. */
export async function dropAuthenticator(order: AccessOrder, manager: Manager): Promise<void> {
  await order.access.changeManager(manager.id, {
    totpSecret: null,
    ...(manager.passkeys === 0 && { recoveryCodes: [] }),
  })
  await recordAccess(order, 'authenticator-removed', manager.tenant, { manager: manager.id })
}

function newRecoveryCodes(): string[] {
  return Array.from({ length: codes }, newRecoveryCode)
}

/** Twelve letters and digits that cannot be mistaken for each other. */
function newRecoveryCode(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
  return Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('')
}
