import { isPassword } from '#ground/platform/password-hash.ts'
import { AccessRefusal } from '#services/access/access-refusal.ts'
import { asksPassword, isFresh } from '#services/access/asks-password.ts'
import { tryOnce } from '#services/access/slow-guessing.ts'
import type { ApiParts } from '../api-parts.ts'
import type { Asker } from './guard-access.ts'

/**
 * Whoever changes how he signs in proves again who he is, for an open screen is not enough: by his password, or, where he
 * has none or came by a link, by having signed in just now. @throws AccessRefusal
 */
export async function assertPassword(
  mine: NonNullable<Asker['signedIn']>,
  given: string,
  { access, clock }: Pick<ApiParts, 'access' | 'clock'>,
): Promise<void> {
  const { manager, session } = mine
  const { passwordHash } = manager
  if (passwordHash === null || !asksPassword(mine, clock.now())) {
    if (isFresh(mine, clock.now())) return
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
