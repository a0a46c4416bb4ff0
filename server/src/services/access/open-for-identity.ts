import type { AccessOrder } from './access-order.ts'
import { AccessRefusal } from './access-refusal.ts'
import type { Manager } from './access-store.ts'
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
  const manager = await managerOf(stores, provider, identity)
  const isComplete = provider.trustsFactor || !hasSecondFactor(manager)
  return openSession(stores.access, manager, { ip: stores.ip, agent, now: stores.at }, isComplete)
}

/** Known by subject, else by an address that the provider has verified, else new where that is wanted. */
async function managerOf(
  stores: IdentityStores,
  provider: IdentityProvider,
  identity: ProvedIdentity,
): Promise<Manager> {
  const { access, accounts, directory } = stores
  const { tenant } = provider
  const { issuer, subject, email } = identity
  const isLimited = provider.domains.length > 0
  if (isLimited && (email === null || !provider.domains.includes(email.slice(email.lastIndexOf('@') + 1))))
    throw nobody(provider, email)
  // A provider of a tenant vouches for managers there and below, never for anybody above.
  const reach = reachOf(tenant, await directory.tenants())
  const isWithin = (each: Manager) => reach === null || reach.has(each.tenant)
  const mayCome = (each: Manager | null): each is Manager =>
    each !== null && each.disabledAt === null && !each.isProbe && isWithin(each)
  const known = subject === null ? null : await accounts.managerOfSubject(tenant, issuer, subject)
  if (known !== null) {
    const manager = await access.manager(known)
    if (!mayCome(manager)) throw nobody(provider, email)
    return manager
  }
  if (email === null) throw nobody(provider, email)
  const found = (await access.managers()).filter(
    (each) => (each.address.toLowerCase() === email || each.id === email) && isWithin(each),
  )
  const manager =
    found.length === 0 ? await makeManager(stores, provider, identity, email) : (found[0] ?? null)
  if (found.length > 1 || !mayCome(manager)) throw nobody(provider, email)
  if (subject !== null) await accounts.putSubject(tenant, issuer, subject, manager.id)
  return manager
}

async function makeManager(
  stores: IdentityStores,
  { tenant, newRole, domains }: IdentityProvider,
  { name }: ProvedIdentity,
  email: string,
): Promise<Manager | null> {
  // Without a limit anybody with an account at a public provider would become a manager.
  if (newRole === null || domains.length === 0 || (await stores.access.manager(email))) return null
  const order = { ...stores, who: `provider:${tenant}` }
  return putManager(order, { id: email, role: newRole, tenant, displayName: name, address: email })
}

function nobody({ name }: IdentityProvider, email: string | null): AccessRefusal {
  return new AccessRefusal(
    'wrong-sign-in',
    `${name} knows you${email === null ? ', but names no address that it has verified' : ''}, and no manager here is meant by that; ask whoever manages this console`,
  )
}
