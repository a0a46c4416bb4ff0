import { hashPassword, longestPassword } from '#ground/platform/password-hash.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { type AccessOrder, recordAccess } from './access-order.ts'
import type { Manager, Session } from './access-store.ts'
import type { AccountStore } from './account-store.ts'
import { readLimits } from './read-limits.ts'
import { isRole, type RoleName, roles } from './roles.ts'

export interface NewManager {
  readonly id: string
  readonly role: string
  readonly tenant: string
  readonly displayName?: string
  readonly address?: string
  readonly domains?: readonly string[] | null
  readonly needsSecondFactor?: boolean
}

/** Shortest password; longer and plain is better than short and odd (NIST SP 800-63B). */
const shortestPassword = 12

/**
 * Adds a manager, or changes role, reach and names of one that is there.
 * @param seen as he was read by whoever changes him; absent: as he is now
 * @throws OrderError
 */
export async function putManager(order: AccessOrder, given: NewManager, seen?: Manager): Promise<Manager> {
  const id = given.id.toLowerCase()
  if (!/^[a-z0-9][a-z0-9._@+-]{0,99}$/.test(id))
    throw new OrderError('wrong', `a manager's name is of letters, digits and . _ @ + -; got ${given.id}`)
  if (!isRole(given.role))
    throw new OrderError(
      'wrong',
      `there is no role ${given.role}; there are ${Object.keys(roles).join(', ')}`,
    )
  await assertPlace(order, given.role, given.tenant)
  const domains = given.domains && (await readLimits(order.directory, given.domains))
  const known = seen ?? (await order.access.manager(id))
  const manager: Manager = {
    id,
    displayName: (given.displayName ?? known?.displayName ?? '').slice(0, 100),
    address: given.address ?? known?.address ?? '',
    role: given.role,
    tenant: given.tenant,
    domains: domains === undefined ? (known?.domains ?? null) : domains,
    ownersOfDomains: [],
    passwordHash: known?.passwordHash ?? null,
    totpSecret: known?.totpSecret ?? null,
    recoveryCodes: known?.recoveryCodes ?? [],
    needsSecondFactor: given.needsSecondFactor ?? known?.needsSecondFactor ?? false,
    createdAt: known?.createdAt ?? order.at,
    createdBy: known?.createdBy ?? order.who,
    disabledAt: known?.disabledAt ?? null,
    passkeys: known?.passkeys ?? 0,
    isProbe: false,
  }
  if (!(await order.access.putManager(manager, known ?? undefined)))
    throw new OrderError('changed', `${id} is not as you have seen him; look again, then change him`)
  await recordAccess(order, known ? 'manager-changed' : 'manager-added', manager.tenant, {
    manager: id,
    before: known && placeOf(known),
    after: placeOf(manager),
  })
  return manager
}

async function assertPlace({ directory }: AccessOrder, role: RoleName, tenant: string): Promise<void> {
  const place = (await directory.tenants()).find((each) => each.id === tenant)
  if (!place)
    throw new OrderError('not-found', `there is no tenant ${tenant}; ./mailkeep tenant list names them`)
  if (role === 'operator' && place.level !== 'operator')
    throw new OrderError(
      'wrong',
      `an operator stands at the operator's tenant, not at ${place.level} ${tenant}`,
    )
}

const placeOf = ({ role, tenant, domains, needsSecondFactor }: Manager) => ({
  role,
  tenant,
  domains,
  needsSecondFactor,
})

/** Sets a password; other sessions end. @throws OrderError */
export async function setPassword(
  order: AccessOrder,
  manager: Manager,
  password: string,
  butSession: string | null,
): Promise<void> {
  if (password.length < shortestPassword)
    throw new OrderError('wrong', `a password has at least ${shortestPassword} characters`)
  if (password.length > longestPassword)
    throw new OrderError('wrong', `a password has at most ${longestPassword} characters`)
  if (password.toLowerCase().includes(manager.id))
    throw new OrderError('wrong', 'a password must not contain the name that it belongs to')
  await order.access.changeManager(manager.id, { passwordHash: await hashPassword(password) })
  await order.access.endSessionsOf(manager.id, butSession)
  if (butSession !== null) await order.access.spendLinkProof(butSession)
  await recordAccess(order, 'password-set', manager.tenant, { manager: manager.id })
}

/** Ends the sessions of a manager but one. Answers how many. */
export async function endSessions(
  order: AccessOrder,
  manager: Manager,
  butSession: string | null,
): Promise<number> {
  const ended = await order.access.endSessionsOf(manager.id, butSession)
  await recordAccess(order, 'sessions-ended', manager.tenant, { manager: manager.id, ended })
  return ended
}

export async function endOneSession(order: AccessOrder, manager: Manager, session: Session): Promise<void> {
  await order.access.endSession(session.hash)
  const { ip, agent } = session
  await recordAccess(order, 'session-ended', manager.tenant, { manager: manager.id, ip, agent })
}

/** Keeps a manager out, or lets him in again. His sessions end. */
export async function disableManager(
  order: AccessOrder,
  manager: Manager,
  isDisabled: boolean,
): Promise<void> {
  await order.access.changeManager(manager.id, { disabledAt: isDisabled ? order.at : null })
  if (isDisabled) await order.access.endSessionsOf(manager.id, null)
  await recordAccess(order, isDisabled ? 'manager-disabled' : 'manager-enabled', manager.tenant, {
    manager: manager.id,
  })
}

/** Takes authenticator, passkeys and recovery codes away from somebody who has lost them; his sessions end. */
export async function dropSecondFactor(
  order: AccessOrder & { readonly accounts: Pick<AccountStore, 'removePasskeysOf'> },
  manager: Manager,
): Promise<void> {
  const passkeys = await order.accounts.removePasskeysOf(manager.id)
  await order.access.changeManager(manager.id, { totpSecret: null, recoveryCodes: [] })
  await order.access.endSessionsOf(manager.id, null)
  await recordAccess(order, 'second-factor-dropped', manager.tenant, { manager: manager.id, passkeys })
}

export async function removeManager(order: AccessOrder, manager: Manager): Promise<void> {
  await order.access.removeManager(manager.id)
  await recordAccess(order, 'manager-removed', manager.tenant, {
    manager: manager.id,
    before: placeOf(manager),
  })
}
