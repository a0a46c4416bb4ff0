import type { AccountView, ManagerView } from '@mailkeep/contract'
import type { ApiKey, Manager, Session, SignedIn } from '#services/access/access-store.ts'
import type { Passkey } from '#services/access/account-store.ts'
import { isMadeBy } from '#services/access/keys-of.ts'
import { roles } from '#services/access/roles.ts'
import { moment, momentOrNull } from './moment.ts'

/** A manager without anything that is secret. @param keys in reach of whoever looks @param mayChange whether he may change him */
export function describeManager(manager: Manager, keys: readonly ApiKey[], mayChange: boolean): ManagerView {
  return {
    name: manager.id,
    displayName: manager.displayName,
    address: manager.address,
    role: manager.role,
    tenant: manager.tenant,
    domains: manager.domains && [...manager.domains],
    needsSecondFactor: manager.needsSecondFactor,
    hasPassword: manager.passwordHash !== null,
    hasAuthenticator: manager.totpSecret !== null,
    passkeys: manager.passkeys,
    recoveryCodes: manager.recoveryCodes.length,
    createdAt: moment(manager.createdAt),
    createdBy: manager.createdBy,
    disabledAt: momentOrNull(manager.disabledAt),
    keys: keys.filter((each) => isMadeBy(each, manager.id)).length,
    mayChange,
  }
}

/** What somebody sees of himself. @param isPasswordAsked before he changes how he signs in */
export function describeAccount(
  { manager, session: own }: SignedIn,
  isPasswordAsked: boolean,
  passkeys: readonly Passkey[],
  sessions: readonly Session[],
): AccountView {
  return {
    name: manager.id,
    displayName: manager.displayName,
    address: manager.address,
    role: manager.role,
    roleName: roles[manager.role].name,
    tenant: manager.tenant,
    domains: manager.domains && [...manager.domains],
    hasPassword: manager.passwordHash !== null,
    isPasswordAsked,
    hasAuthenticator: manager.totpSecret !== null,
    needsSecondFactor: manager.needsSecondFactor,
    recoveryCodes: manager.recoveryCodes.length,
    passkeys: passkeys.map((each) => ({
      id: each.id,
      name: each.name,
      host: each.host,
      createdAt: moment(each.createdAt),
      usedAt: momentOrNull(each.usedAt),
    })),
    sessions: sessions.map((each) => ({
      id: sessionIdOf(each),
      isThis: each.hash === own.hash,
      createdAt: moment(each.createdAt),
      seenAt: moment(each.seenAt),
      ip: each.ip,
      agent: each.agent,
    })),
  }
}

/** Names a session to its owner: enough to tell it apart, and nothing that opens it. */
export function sessionIdOf({ hash }: Session): string {
  return hash.slice(0, 16)
}
