import type { AccessOrder } from './access-order.ts'
import { AccessRefusal } from './access-refusal.ts'
import type { AccessStore, Manager } from './access-store.ts'
import type { AccountStore, IdentityProvider } from './account-store.ts'
import { reachOf } from './principal.ts'
import type { ProvedIdentity } from './proved-identity.ts'
import { hasSecondFactor, type OpenedSession, openSession } from './session.ts'
import { putManager } from './write-manager.ts'

export interface IdentityStores extends Omit<AccessOrder, 'who'> {
  readonly accounts: AccountStore
}

/** The provider of a tenant, where people may sign in with it. @throws AccessRefusal */
export async function providerInUse(
  accounts: Pick<AccountStore, 'provider'>,
  tenant: string,
): Promise<IdentityProvider> {
  const provider = await accounts.provider(tenant)
  if (!provider || provider.isOff) throw new AccessRefusal('wrong-sign-in', 'there is no such way to sign in')
  return provider
}

/** Opens a session for somebody whom his provider has proved. @throws AccessRefusal where he is no manager here */
export async function openForIdentity(
  stores: IdentityStores,
  provider: IdentityProvider,
  identity: ProvedIdentity,
  agent: string,
): Promise<OpenedSession> {
  const manager =
    (await meantBy(stores, provider, identity)) ?? (await makeManager(stores, provider, identity))
  const { tenant } = provider
  const { issuer, subject } = identity
  if (subject !== null) await stores.accounts.putSubject(tenant, issuer, subject, manager.id)
  const isComplete = provider.trustsFactor || !hasSecondFactor(manager)
  return openSession(stores.access, manager, { ip: stores.ip, agent, now: stores.at }, isComplete)
}

/**
 * The manager that is meant: known by subject, else by an address that the provider has verified.
 * @returns null: nobody is known, and he may be made
 * @throws AccessRefusal
 */
export async function meantBy(
  stores: IdentityStores,
  provider: IdentityProvider,
  identity: ProvedIdentity,
): Promise<Manager | null> {
  const { access, accounts, directory } = stores
  const { tenant } = provider
  const { issuer, subject, email } = identity
  assertDomain(provider, email)
  // A provider of a tenant vouches for managers there and below, never for anybody above.
  const reach = reachOf(tenant, await directory.tenants())
  const isWithin = (each: Manager) => reach === null || reach.has(each.tenant)
  const known = subject === null ? null : await accounts.managerOfSubject(tenant, issuer, subject)
  if (known === null) return ofAddress(access, provider, email, isWithin)
  const manager = await access.manager(known)
  if (manager === null || !mayCome(manager) || !isWithin(manager))
    throw nobody(
      provider,
      email,
      'the manager who was met by this subject is switched off or stands elsewhere',
    )
  return manager
}

async function ofAddress(
  access: AccessStore,
  provider: IdentityProvider,
  email: string | null,
  isWithin: (manager: Manager) => boolean,
): Promise<Manager | null> {
  if (email === null) throw nobody(provider, email)
  const [manager = null, ...others] = (await access.managers()).filter(
    (each) => (each.address.toLowerCase() === email || each.id === email) && isWithin(each),
  )
  if (others.length > 0) throw nobody(provider, email, 'several managers have this address')
  if (manager === null) {
    // Without a limit anybody with an account at a public provider would become a manager.
    const mayBeMade = provider.newRole !== null && provider.domains.length > 0
    if (mayBeMade && !(await access.manager(email))) return null
    throw nobody(provider, email, 'no manager at or below this tenant has this address')
  }
  if (!mayCome(manager)) throw nobody(provider, email, 'the manager of this address is switched off')
  return manager
}

function mayCome({ disabledAt, isProbe }: Manager): boolean {
  return disabledAt === null && !isProbe
}

function assertDomain(provider: IdentityProvider, email: string | null): void {
  if (provider.domains.length === 0) return
  if (email === null) throw nobody(provider, email)
  if (!provider.domains.includes(email.slice(email.lastIndexOf('@') + 1)))
    throw nobody(provider, email, 'the address is of none of the domains that may come in')
}

async function makeManager(
  stores: IdentityStores,
  provider: IdentityProvider,
  { name, email }: ProvedIdentity,
): Promise<Manager> {
  const { tenant, newRole } = provider
  if (newRole === null || email === null) throw nobody(provider, email)
  const order = { ...stores, who: `provider:${tenant}` }
  return putManager(order, { id: email, role: newRole, tenant, displayName: name, address: email })
}

/** @param why for the audit log; somebody whom the provider names without an address needs no other reason */
function nobody(
  { name }: IdentityProvider,
  email: string | null,
  why = 'the provider names no address that it has verified',
): AccessRefusal {
  return new AccessRefusal(
    'wrong-sign-in',
    `${name} knows you${email === null ? ', but names no address that it has verified' : ''}, and no manager here is meant by that; ask whoever manages this console`,
    0,
    why,
  )
}
