import { AccessRefusal } from './access-refusal.ts'
import type { AccessStore, Manager, Session } from './access-store.ts'
import type { AccountStore } from './account-store.ts'
import { checkPasskey, type PasskeyAnswer, type PasskeyPlace } from './passkey.ts'
import { completeSession } from './second-factor.ts'
import { type OpenedSession, openSession } from './session.ts'
import { assertMayTry, countedMs, noteWrong, subjectOf } from './slow-guessing.ts'

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
  await assertMayTry(access, { account: 'passkey', address: given.ip }, now)
  const manager = await checkPasskey(stores, { ...given, manager: null }, now).catch(
    async (cause: unknown) => {
      // Only the address: a stranger with a passkey of his own must not slow down anybody else.
      if (cause instanceof AccessRefusal)
        await access.noteFailure(subjectOf('address', given.ip), now, countedMs)
      throw cause
    },
  )
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
  await assertMayTry(access, subjects, now)
  await checkPasskey(stores, { ...given, ip: session.ip, manager }, now).catch(async (cause: unknown) => {
    if (cause instanceof AccessRefusal) await noteWrong(access, subjects, now)
    throw cause
  })
  return completeSession(access, { session, manager }, now)
}
