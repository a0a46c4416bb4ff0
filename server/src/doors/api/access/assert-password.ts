import { isPassword } from '#ground/platform/password-hash.ts'
import { AccessRefusal } from '#services/access/access-refusal.ts'
import { tryOnce } from '#services/access/slow-guessing.ts'
import type { ApiParts } from '../api-parts.ts'
import type { Asker } from './guard-access.ts'

/** A sign-in that is younger proves who somebody is who has no password. */
const freshMs = 30 * 60_000

/**
 * Whoever changes how he signs in proves again who he is, for an open screen is not enough: by his password, or, where he
 * has none, by having signed in just now. @throws AccessRefusal
 */
export async function assertPassword(
  { manager, session }: NonNullable<Asker['signedIn']>,
  given: string,
  { access, clock }: Pick<ApiParts, 'access' | 'clock'>,
): Promise<void> {
  const { passwordHash } = manager
  if (passwordHash === null) {
    if (clock.now() - session.createdAt <= freshMs) return
    throw new AccessRefusal(
      'wrong-sign-in',
      'you signed in more than 30 minutes ago; sign out, sign in again, and then do this',
    )
  }
  const subjects = { account: manager.id, address: session.ip }
  const isRight = await tryOnce(access, subjects, clock.now(), async () =>
    (await isPassword(given, passwordHash)) ? true : null,
  )
  if (!isRight) throw new AccessRefusal('wrong-sign-in', 'the password of now is another one')
}
