import { hashPassword, isPassword } from '#ground/platform/password-hash.ts'
import { AccessRefusal } from './access-refusal.ts'
import type { AccessStore, Manager } from './access-store.ts'
import { type OpenedSession, openSession } from './session.ts'
import { assertMayTry, noteWrong, subjectOf } from './slow-guessing.ts'

export interface SignInTry {
  readonly name: string
  readonly password: string
  readonly ip: string
  readonly agent: string
}

/** Compared where there is no such manager, so that the time of the answer does not tell who exists. */
let nobody: Promise<string> | null = null

/**
 * Signs a manager in by password. Where he has a second factor the session stays incomplete until it is given.
 * @throws AccessRefusal wrong-sign-in with one text for every cause, too-many-tries
 */
export async function signIn(access: AccessStore, given: SignInTry, now: number): Promise<OpenedSession> {
  const subjects = { account: given.name.toLowerCase(), address: given.ip }
  await assertMayTry(access, subjects, now)
  const manager = await access.manager(subjects.account)
  nobody ??= hashPassword('nobody has this password')
  const isRight = await isPassword(given.password, manager?.passwordHash ?? (await nobody))
  if (!isRight || !manager || manager.passwordHash === null || manager.disabledAt !== null)
    throw await refuse(access, subjects, manager, now)
  const opened = await openSession(access, manager, { ip: given.ip, agent: given.agent, now })
  if (opened.session.isComplete) await access.clearFailures(subjectOf('account', subjects.account))
  return opened
}

async function refuse(
  access: AccessStore,
  subjects: { readonly account: string; readonly address: string },
  manager: Manager | null,
  at: number,
): Promise<AccessRefusal> {
  await noteWrong(access, subjects, at)
  // Names of strangers are not kept: a password in the wrong field would stand in the log.
  if (manager)
    await access.record({
      at,
      what: 'sign-in-refused',
      who: `manager:${manager.id}`,
      tenant: manager.tenant,
      ip: subjects.address,
      detail: { disabled: manager.disabledAt !== null },
    })
  return new AccessRefusal('wrong-sign-in', 'name and password do not fit together')
}
