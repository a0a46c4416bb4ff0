import type { AccessStore, Manager, Session, SignedIn } from './access-store.ts'
import { hashSecret, newSecret } from './secret.ts'

/** Without a question for this long a session is over (60 minutes), and after 12 hours in any case. */
export const idleMs = 3_600_000
export const totalMs = 43_200_000
/** How exactly the last question is kept: writing at each one would cost more than it tells. */
const seenEveryMs = 60_000

export interface OpenedSession {
  /** For the cookie; kept nowhere. */
  readonly secret: string
  readonly session: Session
}

interface From {
  readonly ip: string
  readonly agent: string
  readonly now: number
  /** Absent: no link. */
  readonly isByLink?: boolean
}

/** Whether something else than a password can be asked of him. */
export function hasSecondFactor({ totpSecret, passkeys }: Manager): boolean {
  return totpSecret !== null || passkeys > 0
}

/**
 * Opens a session; one without the second factor that the manager has is incomplete.
 * @param isComplete where the way in has settled that already
 */
export async function openSession(
  access: AccessStore,
  manager: Manager,
  { ip, agent, now, isByLink = false }: From,
  isComplete?: boolean,
): Promise<OpenedSession> {
  const secret = newSecret()
  const session: Session = {
    hash: hashSecret(secret),
    manager: manager.id,
    createdAt: now,
    seenAt: now,
    isComplete: isComplete ?? !hasSecondFactor(manager),
    isByLink,
    ip,
    agent: agent.slice(0, 200),
    viewAs: null,
  }
  await access.putSession(session)
  if (session.isComplete) await recordSignIn(access, manager, session)
  return { secret, session }
}

export async function recordSignIn(access: AccessStore, manager: Manager, session: Session): Promise<void> {
  // A probe signs in every minute, and nobody has to read that.
  if (manager.isProbe) return
  await access.record({
    at: session.seenAt,
    what: 'signed-in',
    who: `manager:${manager.id}`,
    tenant: manager.tenant,
    ip: session.ip,
    detail: { agent: session.agent },
  })
}

/**
 * The session of a secret and whose it is; null: there is none, it is over, or he may not sign in any more.
 * @param read where it is looked up, where that is not who writes: every question asks this
 */
export async function findSession(
  access: AccessStore,
  secret: string,
  now: number,
  read: Pick<AccessStore, 'signedIn'> = access,
): Promise<SignedIn | null> {
  const found = await read.signedIn(hashSecret(secret))
  if (!found) return null
  const { session, manager } = found
  if (now - session.seenAt > idleMs || now - session.createdAt > totalMs) return null
  if (manager.disabledAt !== null) return null
  if (now - session.seenAt > seenEveryMs) await access.touchSession(session.hash, now)
  return found
}
