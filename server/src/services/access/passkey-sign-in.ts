import { AccessRefusal } from './access-refusal.ts'
import type { AccessStore, Manager, Session } from './access-store.ts'
import type { AccountStore } from './account-store.ts'
import { checkPasskey, type PasskeyAnswer, type PasskeyPlace } from './passkey.ts'
import { completeSession } from './second-factor.ts'
import { type OpenedSession, openSession } from './session.ts'
import { type GuessSubjects, tryOnce } from './slow-guessing.ts'

interface Stores {
  readonly access: AccessStore
  readonly accounts: AccountStore
}

interface Shown {
  readonly answer: PasskeyAnswer
  readonly place: PasskeyPlace
  readonly ip: string
  readonly agent: string
}

/**
 * Signs in by a passkey alone: having the device and proving oneself to it are two factors.
 * @throws AccessRefusal wrong-code, too-many-tries
 */
export async function signInByPasskey(stores: Stores, given: Shown, now: number): Promise<OpenedSession> {
  const { access } = stores
  // Only the address: a stranger with a passkey of his own must not slow down anybody else.
  const manager = await check(stores, { ...given, manager: null }, { address: given.ip }, now)
  return openSession(access, manager, { ip: given.ip, agent: given.agent, now }, true)
}

/** Completes a session by a passkey of its manager. @throws AccessRefusal wrong-code, too-many-tries */
export async function givePasskey(
  stores: Stores,
  { session, manager }: { readonly session: Session; readonly manager: Manager },
  given: Pick<Shown, 'answer' | 'place'>,
  now: number,
): Promise<OpenedSession> {
  const { access } = stores
  const subjects = { account: manager.id, address: session.ip }
  await check(stores, { ...given, ip: session.ip, manager }, subjects, now)
  return completeSession(access, { session, manager }, now)
}

/** Whose passkey it is; one that is refused counts as a wrong secret. */
async function check(
  stores: Stores,
  given: Parameters<typeof checkPasskey>[1],
  subjects: GuessSubjects,
  now: number,
): Promise<Manager> {
  let refusal: AccessRefusal | null = null
  const manager = await tryOnce(stores.access, subjects, now, () =>
    checkPasskey(stores, given, now).catch((cause: unknown) => {
      if (!(cause instanceof AccessRefusal)) throw cause
      refusal = cause
      return null
    }),
  )
  if (manager === null) throw refusal ?? new AccessRefusal('wrong-code', 'this passkey is not known here')
  return manager
}
