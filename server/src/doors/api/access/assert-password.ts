import { isPassword } from '#ground/platform/password-hash.ts'
import { AccessRefusal } from '#services/access/access-refusal.ts'
import { tryOnce } from '#services/access/slow-guessing.ts'
import type { ApiParts } from '../api-parts.ts'
import type { Asker } from './guard-access.ts'

/** Whoever changes how he signs in knows his password: an open screen is not enough. @throws AccessRefusal */
export async function assertPassword(
  { manager, session }: NonNullable<Asker['signedIn']>,
  given: string,
  { access, clock }: Pick<ApiParts, 'access' | 'clock'>,
): Promise<void> {
  const { passwordHash } = manager
  if (passwordHash === null) return
  const subjects = { account: manager.id, address: session.ip }
  const isRight = await tryOnce(access, subjects, clock.now(), async () =>
    (await isPassword(given, passwordHash)) ? true : null,
  )
  if (!isRight) throw new AccessRefusal('wrong-sign-in', 'the password of now is another one')
}
