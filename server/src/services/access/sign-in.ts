import { hashPassword, isPassword } from '#ground/platform/password-hash.ts'
import { AccessRefusal } from './access-refusal.ts'
import type { AccessStore, Manager } from './access-store.ts'
import { type OpenedSession, openSession } from './session.ts'
import { subjectOf, tryOnce } from './slow-guessing.ts'

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
  const manager = await tryOnce(access, subjects, now, () => lookUp(access, subjects, given.password, now))
  if (manager === null) throw new AccessRefusal('wrong-sign-in', 'name and password do not fit together')
  const opened = await openSession(access, manager, { ip: given.ip, agent: given.agent, now })
  if (opened.session.isComplete) await access.clearFailures(subjectOf('account', subjects.account))
  return opened
}

/** The manager of a name and a password; null: they do not fit together. */
async function lookUp(
  access: AccessStore,
  { account, address }: { readonly account: string; readonly address: string },
  password: string,
  now: number,
): Promise<Manager | null> {
  const manager = await access.manager(account)
  nobody ??= hashPassword('nobody has this password')
  const isRight = await isPassword(password, manager?.passwordHash ?? (await nobody))
  if (isRight && manager && manager.passwordHash !== null && manager.disabledAt === null) return manager
  // Names of strangers are not kept: a password in the wrong field would stand in the log. Nobody waits for the line,
  // since the time that it takes would tell who exists.
  if (manager)
    access
      .record({
        at: now,
        what: 'sign-in-refused',
        who: `manager:${manager.id}`,
        tenant: manager.tenant,
        ip: address,
        detail: { disabled: manager.disabledAt !== null },
      })
      .catch(() => undefined)
  return null
}
