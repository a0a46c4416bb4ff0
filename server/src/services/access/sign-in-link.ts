import { type AccessOrder, recordAccess } from './access-order.ts'
import { AccessRefusal } from './access-refusal.ts'
import type { AccessStore, Manager } from './access-store.ts'
import { hashSecret, newSecret } from './secret.ts'
import { type OpenedSession, openSession } from './session.ts'
import { tryOnce } from './slow-guessing.ts'

/** Answers the secret of a link that signs a manager in once, for his first password or when he has lost it. */
export async function makeSignInLink(order: AccessOrder, manager: Manager, lifeMs: number): Promise<string> {
  const secret = newSecret()
  await order.access.putLink({ hash: hashSecret(secret), manager: manager.id, expiresAt: order.at + lifeMs })
  await recordAccess(order, 'sign-in-link-made', manager.tenant, {
    manager: manager.id,
    minutes: lifeMs / 60_000,
  })
  return secret
}

/** Whose link it is; null: it is over. Looking does not use it up, so scanners of links do no harm. */
export async function lookAtLink(access: AccessStore, secret: string, now: number): Promise<Manager | null> {
  const link = await access.link(hashSecret(secret))
  if (!link || link.expiresAt < now) return null
  const manager = await access.manager(link.manager)
  return manager && manager.disabledAt === null ? manager : null
}

/**
 * Signs in by a link, once. The second factor is still asked for; a new password is set without the old one.
 * @throws AccessRefusal link-over
 */
export async function signInByLink(
  access: AccessStore,
  given: { readonly secret: string; readonly ip: string; readonly agent: string },
  now: number,
): Promise<OpenedSession> {
  const manager = await tryOnce(access, { address: given.ip }, now, async () => {
    const link = await access.useLink(hashSecret(given.secret))
    const found = link && link.expiresAt >= now ? await access.manager(link.manager) : null
    return found?.disabledAt === null ? found : null
  })
  if (!manager)
    throw new AccessRefusal('link-over', 'this link has been used, or its time is over; ask for a new one')
  return openSession(access, manager, { ip: given.ip, agent: given.agent, now, isByLink: true })
}
